import { assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { readBme280 } from '../../../../src/hw/chips/bme280/bme280.ts';
import {
  fineTemperature,
  humidity_percent,
  pressure_pa,
  temperature_c,
} from '../../../../src/hw/chips/bme280/compensation.ts';
import { readTrimming } from '../../../../src/hw/chips/bme280/trimming.ts';
import { SimBuses } from '../../../../src/hw/sim/buses.ts';
import { bme280Registers, EXAMPLE } from '../../../rigs/bme280.ts';

const ADDRESS = { bus: 1, address: 0x76 };
const registers = bme280Registers();
const trimming = readTrimming(registers.subarray(0x88, 0xa2), registers.subarray(0xe1, 0xe8));
const never = new AbortController().signal;

test('the trimming is read from its registers, two of which share one', () => {
  expect(trimming).toEqual({
    t1: 27_504,
    t2: 26_435,
    t3: -1_000,
    p: [36_477, -10_685, 3_024, 2_855, 140, -7, 15_500, -14_600, 6_000],
    h1: 75,
    h2: 370,
    h3: 0,
    h4: 313,
    h5: 50,
    h6: 30,
  });
});

test('twelve bits of trimming have a sign', () => {
  const second = Buffer.of(0, 0, 0, 0xff, 0x1f, 0xfe, 0);
  expect(readTrimming(registers.subarray(0x88, 0xa2), second)).toMatchObject({ h4: -1, h5: -31 });
});

test("the maker's example comes out as the maker has it", () => {
  const t_fine = fineTemperature(EXAMPLE.temperature_count, trimming);
  expect(Math.trunc(t_fine)).toBe(EXAMPLE.t_fine);
  expect(temperature_c(t_fine)).toBeCloseTo(EXAMPLE.temperature, 2);
  expect(pressure_pa(EXAMPLE.pressure_count, EXAMPLE.t_fine, trimming)).toBeCloseTo(EXAMPLE.pressure * 100, 1);
});

/** The same formula in whole numbers of 32 bits, which the maker gives for processors without others [BST-BME280-DS002, 4.2.3]. */
function humidityInIntegers(count: number, t_fine: number): number {
  const { h1, h2, h3, h4, h5, h6 } = trimming;
  const fine = t_fine - 76_800;
  const counted = ((count << 14) - (h4 << 20) - Math.imul(h5, fine) + 16_384) >> 15;
  const bend = Math.imul(Math.imul(fine, h6) >> 10, (Math.imul(fine, h3) >> 11) + 32_768) >> 10;
  const humid = Math.imul(counted, (Math.imul(bend + 2_097_152, h2) + 8_192) >> 14);
  const square = Math.imul(humid >> 15, humid >> 15) >> 7;
  const bounded = Math.min(419_430_400, Math.max(0, humid - (Math.imul(square, h1) >> 4)));
  return (bounded >> 12) / 1_024;
}

test("the humidity is that of the maker's formula in whole numbers, at any temperature", () => {
  assert(
    property(integer({ min: 20_000, max: 40_000 }), integer({ min: 0, max: 85 * 5_120 }), (count, t_fine) => {
      expect(humidity_percent(count, t_fine, trimming)).toBeCloseTo(humidityInIntegers(count, t_fine), 1);
    }),
  );
});

test('humidity stays between 0 and 100 whatever was counted', () => {
  expect(humidity_percent(0, EXAMPLE.t_fine, trimming)).toBe(0);
  expect(humidity_percent(0xffff, EXAMPLE.t_fine, trimming)).toBe(100);
});

test('a chip without trimming has no pressure, and divides by nothing', () => {
  const none = { ...trimming, p: [0, 0, 0, 0, 0, 0, 0, 0, 0] } as const;
  expect(pressure_pa(EXAMPLE.pressure_count, EXAMPLE.t_fine, none)).toBeUndefined();
});

/** The chip at its address, with these registers. */
function buses(content: Buffer): SimBuses {
  const sim = new SimBuses();
  sim.attachI2c(ADDRESS.address, {
    read: (register) => content[register] ?? 0,
    write: (register, value) => {
      content[register] = value;
    },
  });
  return sim;
}

test('a measurement gives all three, and leaves the chip with the orders of one measurement', async () => {
  const content = bme280Registers();
  const weather = await readBme280(buses(content), ADDRESS, never);
  expect(weather.temperature).toBeCloseTo(EXAMPLE.temperature, 2);
  expect(weather.pressure).toBeCloseTo(EXAMPLE.pressure, 2);
  expect(weather.humidity).toBeCloseTo(humidityInIntegers(EXAMPLE.humidity_count, EXAMPLE.t_fine), 1);
  expect([content[0xf2], content[0xf4]]).toEqual([0b001, 0b001_001_01]);
});

test('what answers and is no BME280, or nothing, is an error that says so', async () => {
  const bmp280 = bme280Registers();
  bmp280[0xd0] = 0x58;
  await expect(readBme280(buses(bmp280), ADDRESS, never)).rejects.toMatchObject({
    code: 'HW_NO_ANSWER',
    message: 'address 0x76 on I2C bus 1: what answers is no BME280, its id is 0x58',
  });
  await expect(readBme280(new SimBuses(), ADDRESS, never)).rejects.toMatchObject({ code: 'HW_NO_ANSWER' });
});

test('a chip that measures for ever, or that has measured nothing, has no reading', async () => {
  const busy = bme280Registers();
  busy[0xf3] = 0b1000;
  await expect(readBme280(buses(busy), ADDRESS, never)).rejects.toMatchObject({ code: 'HW_READING_REFUSED' });
  const empty = bme280Registers();
  empty.writeUIntBE(0x80_0000, 0xfa, 3);
  await expect(readBme280(buses(empty), ADDRESS, never)).rejects.toMatchObject({ code: 'HW_READING_REFUSED' });
});

test('a measurement ends when it is told to', async () => {
  const busy = bme280Registers();
  busy[0xf3] = 0b1000;
  await expect(readBme280(buses(busy), ADDRESS, AbortSignal.abort())).rejects.toThrow(/abort/i);
});
