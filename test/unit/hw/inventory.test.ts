import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeInventory } from '#hw';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pinbus-root-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function file(path: string, text = ''): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
}

test('a machine without buses has none', async () => {
  expect(await takeInventory(root)).toEqual({ spi: [], i2c: [], one_wire: undefined, boot_settings: [] });
});

test('devices under /dev, sensors on 1-wire, and what the boot config sets', async () => {
  for (const device of ['spidev0.1', 'spidev0.0', 'i2c-1', 'i2c-1.old', 'spidev']) file(`dev/${device}`);
  mkdirSync(join(root, 'sys/bus/w1/devices/28-0316a2795bff'), { recursive: true });
  mkdirSync(join(root, 'sys/bus/w1/devices/w1_bus_master1'));
  file(
    'boot/firmware/config.txt',
    '# dtparam=audio=on\ndtparam=spi=on\n[pi4]\n  dtoverlay=w1-gpio,gpiopin=4 # here\narm_64bit=1\n',
  );
  expect(await takeInventory(root)).toEqual({
    spi: [
      { path: '/dev/spidev0.0', allowed: true },
      { path: '/dev/spidev0.1', allowed: true },
    ],
    i2c: [{ path: '/dev/i2c-1', allowed: true }],
    one_wire: ['28-0316a2795bff'],
    boot_settings: ['dtparam=spi=on', 'dtoverlay=w1-gpio,gpiopin=4'],
  });
});

test('a device that this user may not open is one, and says so', async () => {
  file('dev/i2c-1');
  chmodSync(join(root, 'dev/i2c-1'), 0o000);
  // Root may open whatever there is.
  const allowed = process.getuid?.() === 0;
  expect((await takeInventory(root)).i2c).toEqual([{ path: '/dev/i2c-1', allowed }]);
});
