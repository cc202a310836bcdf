import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LinuxMachine } from '#hw';
import { parseThrottled, parseWireless } from '../../../src/hw/machine/parse.ts';

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
  expect(await machine.wifiSignal()).toBeUndefined();
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
    latched: { undervoltage: true, frequency_capped: false, throttled: true, soft_temperature_limit: false },
  });
});

test('throttling that was and is over is told apart', () => {
  expect(parseThrottled('0x80002')).toEqual({
    now: { undervoltage: false, frequency_capped: true, throttled: false, soft_temperature_limit: false },
    latched: { undervoltage: false, frequency_capped: true, throttled: false, soft_temperature_limit: true },
  });
  expect(parseThrottled('no such thing')).toBeUndefined();
});

test('throttling is read again each time, and a firmware that says nothing for once says nothing', async () => {
  const path = 'sys/devices/platform/soc/soc:firmware/get_throttled';
  const machine = new LinuxMachine(root);
  file(path, '50005\n');
  expect(await machine.throttling()).toMatchObject({ now: { undervoltage: true } });
  file(path, '0\n');
  expect(await machine.throttling()).toMatchObject({ now: { undervoltage: false }, latched: { undervoltage: false } });
  rmSync(join(root, path));
  expect(await machine.throttling()).toBeUndefined();
});

const WIRELESS = `Inter-| sta-|   Quality        |   Discarded packets               | Missed | WE
 face | tus | link level noise |  nwid  crypt   frag  retry   misc | beacon | 22
`;
test.each([
  ['a Pi', ' wlan0: 0000   61.  -49.  -256        0      0      0      0     11        0\n', -49],
  [
    'a level that was not measured anew',
    ' wlan0: 0000   37   -73   -256        0      0      0      0      0        0\n',
    -73,
  ],
  ['a long name', 'wlx00c0caabcdef: 0000   70.  -40.  -256        0      0      0      0      0        0\n', -40],
  [
    'the first that is connected',
    ' wlan0: 0000    0     0     0        0      0      0      0      0        0\n' +
      ' wlan1: 0000   52.  -58.  -256        0      0      0      0      0        0\n',
    -58,
  ],
  ['no link', ' wlan0: 0000    0     0     0        0      0      0      0      0        0\n', undefined],
  [
    'a level that the driver does not know',
    ' wlan0: 0000    0  -256  -256        0      0      0      0      0        0\n',
    undefined,
  ],
  ['a driver without dBm', ' wlan0: 0000  100.   88.    0.       0      0      0      0      0        0\n', undefined],
  ['no interface', '', undefined],
])('the Wi-Fi signal of %s', (_what, lines, dbm) => expect(parseWireless(WIRELESS + lines)).toBe(dbm));

test('the Wi-Fi signal is read where the kernel says it', async () => {
  file(
    'proc/net/wireless',
    `${WIRELESS} wlan0: 0000   61.  -49.  -256        0      0      0      0     11        0\n`,
  );
  expect(await new LinuxMachine(root).wifiSignal()).toBe(-49);
});

test('this machine has a load, an uptime, memory and a disk', async () => {
  const machine = new LinuxMachine();
  expect(machine.load()).toBeGreaterThanOrEqual(0);
  expect(machine.uptime()).toBeGreaterThan(0);
  expect(await machine.memory()).toMatchObject({ total_bytes: expect.any(Number) as number });
  const disk = await machine.disk('/');
  expect(disk?.total_bytes).toBeGreaterThan(disk?.available_bytes ?? Number.POSITIVE_INFINITY);
});
