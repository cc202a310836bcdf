import { existsSync, readFileSync } from 'node:fs';
import { type Driver, type Edge, openDriver } from '#hw';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../rigs/until.ts';
import { GpioSim } from './gpio-sim.ts';

const DOOR = 23;

let chip: GpioSim;
let driver: Driver;
beforeEach(async () => {
  chip = new GpioSim('pi5');
  ({ driver } = await openDriver({ driver: 'onoff', board: 'pi5' }));
});
afterEach(async () => {
  await driver.close();
  chip.remove();
});

const openDoor = () => driver.openInput({ line: DOOR, active_low: false, bias: 'as_is' });

test('a line has the number that a Raspberry Pi prints, though the kernel counts from elsewhere', async () => {
  expect(chip.globalNumber(0)).toBeGreaterThan(0);
  expect(driver.description).toBe(`pinctrl-rp1 with 54 lines, in sysfs from number ${chip.globalNumber(0)} on`);
  const line = await driver.openOutput({ line: DOOR, active_low: false, drive: 'push_pull', initial: true });
  expect(chip.high(DOOR)).toBe(true);
  await line.close();
});

test('a line that the character device has given away is busy', async () => {
  const { driver: cdev } = await openDriver({ driver: 'cdev', board: 'pi5' });
  const held = await cdev.openInput({ line: DOOR, active_low: false, bias: 'as_is' });
  await expect(openDoor()).rejects.toMatchObject({ code: 'HW_LINE_BUSY', retryable: true });
  await held.close();
  await cdev.close();
  await (await openDoor()).close();
});

test('a line that the kernel holds is busy', async () => {
  await expect(driver.openInput({ line: 32, active_low: false, bias: 'as_is' })).rejects.toMatchObject({
    code: 'HW_LINE_BUSY',
  });
});

test('a pulse too short to be seen is one edge with the level after it, which says that one was missed', async () => {
  const line = await openDoor();
  const edges: Edge[] = [];
  line.onEdge((edge) => edges.push(edge));
  chip.pull(DOOR, true);
  chip.pull(DOOR, false);
  await until('the edge', () => edges.length > 0);
  expect(edges.at(-1)?.level).toBe(false);
  const told = edges.reduce((sum, { missed = 0 }) => sum + 1 + missed, 0);
  expect(told).toBe(2);
  await line.close();
});

test('what a program that died has left exported is taken over', async () => {
  const first = await openDoor();
  const folder = `/sys/class/gpio/gpio${chip.globalNumber(DOOR)}`;
  expect(existsSync(folder)).toBe(true);
  const { driver: second } = await openDriver({ driver: 'onoff', board: 'pi5' });
  const line = await second.openOutput({ line: DOOR, active_low: true, drive: 'push_pull', initial: false });
  expect(readFileSync(`${folder}/direction`, 'utf8').trim()).toBe('out');
  expect(chip.high(DOOR)).toBe(true);
  await line.close();
  await first.close();
});

test('a chip that is pulled out fails its lines, and the process lives', async () => {
  const line = await openDoor();
  chip.remove();
  await expect(line.read()).rejects.toMatchObject({ code: 'HW_LINE_GONE', retryable: true });
  await line.close();
  chip = new GpioSim('pi5');
});
