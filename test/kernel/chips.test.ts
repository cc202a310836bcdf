import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readBme280 } from '../../src/hw/chips/bme280/bme280.ts';
import { readMcp3008 } from '../../src/hw/chips/mcp3008.ts';
import { LinuxBuses } from '../../src/hw/linux-buses.ts';
import { bme280Registers, EXAMPLE } from '../rigs/bme280.ts';

const buses = new LinuxBuses();
const NOBODY = 65_534;
const never = new AbortController().signal;

test('an MCP3008 tells each of its eight inputs', async () => {
  const levels = [0, 1, 511, 512, 1_023, 300, 777, 1_000];
  for (const [channel, level] of levels.entries()) {
    writeFileSync(`/sys/kernel/debug/spi-sim/ch${channel}`, String(level));
  }
  for (const [channel, level] of levels.entries()) {
    expect(await readMcp3008(buses, { bus: 0, chip_select: 1, channel })).toBe(level / 1_024);
  }
});

test('a BME280 measures on its I2C bus', async () => {
  const bus = await buses.openI2c({ bus: 1, address: 0x76 });
  for (const [register, value] of bme280Registers().entries()) await bus.write(Uint8Array.of(register, value));
  await bus.close();
  // Three entities of one chip at once: what one reads is not where another one is.
  const readings = await Promise.all([1, 2, 3].map(() => readBme280(buses, { bus: 1, address: 0x76 }, never)));
  for (const weather of readings) {
    expect(weather.temperature).toBeCloseTo(EXAMPLE.temperature, 2);
    expect(weather.pressure).toBeCloseTo(EXAMPLE.pressure, 2);
    expect(weather.humidity).toBeGreaterThan(0);
  }
});

test('an address where nothing is, and a bus that is not there, are errors that say so', async () => {
  await expect(readBme280(buses, { bus: 1, address: 0x77 }, never)).rejects.toMatchObject({
    code: 'HW_NO_ANSWER',
    retryable: true,
    message: 'address 0x77 on /dev/i2c-1: no device answers at the address (ENXIO)',
  });
  await expect(buses.openI2c({ bus: 4, address: 0x76 })).rejects.toMatchObject({
    code: 'HW_BUS_MISSING',
    message: '/dev/i2c-4: there is no such bus (ENOENT)',
  });
});

test('a bus that this user may not open says which group to join', async () => {
  const denied = {
    code: 'HW_ACCESS_DENIED',
    retryable: false,
    message: expect.stringContaining('this user may not open it (EACCES)') as string,
    remedy: expect.stringContaining('spi or i2c') as string,
  };
  process.seteuid?.(NOBODY);
  try {
    await expect(buses.openI2c({ bus: 1, address: 0x76 })).rejects.toMatchObject(denied);
    const spi = { bus: 0, chip_select: 0, mode: 0, speed_hz: 1_000_000, divisible: false } as const;
    await expect(buses.openSpi(spi)).rejects.toMatchObject(denied);
  } finally {
    process.seteuid?.(0);
  }
});
