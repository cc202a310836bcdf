import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LinuxMachine } from '#hw';
import { parseThrottled } from '../../../src/hw/machine/parse.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pinbus-machine-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function file(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

test('what the machine does not have is undefined', async () => {
  const machine = new LinuxMachine(root);
  expect(await machine.model()).toBeUndefined();
  expect(await machine.cpuTemperature()).toBeUndefined();
  expect(await machine.memory()).toBeUndefined();
  expect(await machine.throttling()).toBeUndefined();
  expect(await machine.disk(join(root, 'nowhere'))).toBeUndefined();
});

test('the board is the device tree model without its NUL', async () => {
  file('proc/device-tree/model', 'Raspberry Pi 5 Model B Rev 1.0\0');
  expect(await new LinuxMachine(root).model()).toBe('Raspberry Pi 5 Model B Rev 1.0');
});

test('the temperature is that of the processor, not of another zone', async () => {
  file('sys/class/thermal/thermal_zone0/type', 'gpu-thermal\n');
  file('sys/class/thermal/thermal_zone0/temp', '90000\n');
  file('sys/class/thermal/thermal_zone1/type', 'cpu-thermal\n');
  file('sys/class/thermal/thermal_zone1/temp', '48312\n');
  expect(await new LinuxMachine(root).cpuTemperature()).toBe(48.312);
});

test('memory is in bytes', async () => {
  file('proc/meminfo', 'MemTotal:        8000000 kB\nMemFree:  1 kB\nMemAvailable:    6000000 kB\n');
  expect(await new LinuxMachine(root).memory()).toEqual({
    total_bytes: 8_000_000 * 1_024,
    available_bytes: 6_000_000 * 1_024,
  });
});

test('throttling is found whatever the name of the soc, now and latched', async () => {
  file('sys/devices/platform/soc@107c000000/soc@107c000000:firmware/get_throttled', '50005\n');
  expect(await new LinuxMachine(root).throttling()).toEqual({
    now: { undervoltage: true, frequency_capped: false, throttled: true, soft_temperature_limit: false },
    ever: { undervoltage: true, frequency_capped: false, throttled: true, soft_temperature_limit: false },
  });
});

test('throttling that was and is over is told apart', () => {
  expect(parseThrottled('0x80002')).toEqual({
    now: { undervoltage: false, frequency_capped: true, throttled: false, soft_temperature_limit: false },
    ever: { undervoltage: false, frequency_capped: false, throttled: false, soft_temperature_limit: true },
  });
  expect(parseThrottled('no such thing')).toBeUndefined();
});

test('this machine has a load, an uptime, memory and a disk', async () => {
  const machine = new LinuxMachine();
  expect(machine.load()).toBeGreaterThanOrEqual(0);
  expect(machine.uptime()).toBeGreaterThan(0);
  expect(await machine.memory()).toMatchObject({ total_bytes: expect.any(Number) as number });
  const disk = await machine.disk('/');
  expect(disk?.total_bytes).toBeGreaterThan(disk?.available_bytes ?? Number.POSITIVE_INFINITY);
});
