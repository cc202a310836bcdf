import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDriver } from '#hw';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gpioCheck } from '../../src/agent/cli/doctor/gpio.ts';
import { loadConfig } from '../../src/agent/config/load.ts';
import { GpioSim } from './gpio-sim.ts';
import { LevelRecord } from './level-record.ts';

const DOOR = 23;
const LAMP = 17;
/** The kernel holds it on a Pi 5. */
const TAKEN = 32;
/** Nobody answers there. */
const port = 9;

let chip: GpioSim;
let folder: string;
beforeEach(() => {
  chip = new GpioSim('pi5');
  folder = mkdtempSync(join(tmpdir(), 'pinbus-doctor-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  chip.remove();
});

async function messages(driver: string): Promise<readonly string[]> {
  const file = join(folder, 'pinbus.yaml');
  const entities = [
    { id: 'door', platform: 'binary_sensor', line: DOOR },
    { id: 'lamp', platform: 'switch', line: LAMP },
    { id: 'taken', platform: 'switch', line: TAKEN },
  ];
  const config = { node: { id: 'porch' }, broker: { listeners: [{ port }] }, hardware: { gpio: { driver } }, entities };
  // YAML has all of JSON.
  writeFileSync(file, JSON.stringify(config));
  const loaded = await loadConfig({ file, env: {}, cwd: folder });
  return (await gpioCheck.run({ loaded })).map(({ message }) => message);
}

test('a line that nobody holds is free, and to look at it takes and moves nothing', async () => {
  chip.pull(DOOR, true);
  const record = new LevelRecord(chip, DOOR, LAMP);
  const [, door, lamp, taken, why] = await messages('cdev');
  expect([door, lamp]).toEqual([`door: line ${DOOR} (GPIO23), in, free`, `lamp: line ${LAMP} (GPIO17), in, free`]);
  expect(taken).toContain('held by "phy-reset"');
  expect(why).toContain('the level of a free line is not read');
  expect(record.changes).toEqual([]);
});

test('a line that a node holds which does not answer is held all the same', async () => {
  const { driver } = await openDriver({ driver: 'cdev', board: 'pi5' });
  await driver.openOutput({ line: LAMP, active_low: false, drive: 'push_pull', initial: true });
  expect(await messages('cdev')).toContain(`lamp: line ${LAMP} (GPIO17), out, held by pinbus`);
  await driver.close();
});

test('sysfs shows the lines that somebody has exported, with their levels, and has no other', async () => {
  const { driver } = await openDriver({ driver: 'onoff', board: 'pi5' });
  await driver.openOutput({ line: LAMP, active_low: true, drive: 'push_pull', initial: false });
  const [, door, lamp] = await messages('onoff');
  expect([door, lamp]).toEqual([`door: line ${DOOR}`, `lamp: line ${LAMP}, out, high, held by sysfs`]);
  await driver.close();
});
