import { afterAll, beforeAll, expect, test } from 'vitest';
import { BareInstallation } from '../../rigs/bare-installation.ts';
import { Pinbus } from '../../rigs/pinbus.ts';
import { Program } from '../../rigs/program.ts';

let installation: BareInstallation;
beforeAll(() => {
  installation = new BareInstallation();
});
afterAll(() => installation.dispose());

const settings = (driver: string) => ({
  command: [process.execPath, installation.main] as const,
  config: {
    hardware: { gpio: { driver } },
    entities: [{ id: 'door', platform: 'binary_sensor', line: 23 }],
  },
});

test('a node without the optional packages starts, and says what it goes without', async () => {
  const pinbus = await Pinbus.start(settings('auto'));
  const { reason } = await pinbus.logged('the driver', (line) => line['component'] === 'hardware');
  expect(reason).toBe('auto chose sim: pins and I2C need the npm package koffi, which does not load here');
  await pinbus.stop();
  await pinbus.dispose();
});

test.each([
  ['cdev', 'koffi'],
  ['onoff', 'onoff'],
])('the driver %s says which package it misses and how to get it', async (driver, name) => {
  const pinbus = await Pinbus.prepare(settings(driver));
  const program = new Program(process.execPath, [installation.main, 'start', '-c', pinbus.file]);
  expect((await program.exited).code).toBeGreaterThan(0);
  const words = program.lastWords();
  expect(words).toContain('HW_PACKAGE_MISSING');
  expect(words).toContain(`the npm package ${name}`);
  expect(words).toContain('without `--omit=optional`');
  await pinbus.dispose();
});

test('doctor lists what does not work, and what is not there without it', async () => {
  const pinbus = await Pinbus.prepare(settings('sim'));
  const program = new Program(process.execPath, [installation.main, 'doctor', '-c', pinbus.file]);
  expect((await program.exited).code).toBe(0);
  const report = program.stdout.join('\n');
  expect(report).toContain('koffi does not work (no word to systemd, no GPIO character device, no I2C)');
  expect(report).toContain('spi-device does not work (no SPI)');
  await pinbus.dispose();
});
