import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findChip } from '../../src/hw/cdev/chip.ts';
import { CdevDriver } from '../../src/hw/cdev/driver.ts';
import { PwmChips } from '../../src/hw/hardware-pwm/chips.ts';
import { openLibc } from '../../src/hw/libc.ts';
import { PINS, PwmTree } from '../rigs/pwm-tree.ts';
import { GpioSim } from './gpio-sim.ts';
import { LevelRecord } from './level-record.ts';

const REAL = { chip: '/sys/class/pwm/pwmchip0' };
/** Channel 2 of a Pi 5. */
const LED = 18;
const CHANNEL = 2;

let board: GpioSim;
let tree: PwmTree;
let driver: CdevDriver;
beforeEach(async () => {
  board = new GpioSim('pi5');
  tree = new PwmTree(basename(board.path), PINS.rp1(LED), REAL);
  driver = await open();
});
afterEach(async () => {
  await driver.close();
  tree.dispose();
  board.remove();
});

async function open(): Promise<CdevDriver> {
  const libc = await openLibc();
  return new CdevDriver(libc, findChip(libc, undefined), new PwmChips(tree.sys));
}

/** What the chip puts out, by devices/pwm-sim.c, in nanoseconds. */
function wave(): { readonly period: number; readonly high: number } {
  const read = (file: string): number => Number(readFileSync(`/sys/kernel/debug/pwm-sim/${file}${CHANNEL}`, 'utf8'));
  return { period: read('period'), high: read('high') };
}

test('a line that an overlay gave to the PWM chip is driven by it, at any frequency', async () => {
  const record = new LevelRecord(board, LED);
  const pwm = await driver.openPwm({ line: LED, frequency_hz: 25_000, initial_duty: 0.25 });
  expect(wave()).toEqual({ period: 40_000, high: 10_000 });
  expect(await pwm.read()).toBe(0.25);
  for (const duty of [1, 0, 0.5]) {
    await pwm.write(duty);
    expect(await pwm.read()).toBe(duty);
    expect(wave()).toEqual({ period: 40_000, high: 40_000 * duty });
  }
  // Nothing is done in software.
  expect(record.levels).toEqual([]);
  await pwm.close();
  expect(wave().high).toBe(0);
  expect(existsSync(`${REAL.chip}/pwm${CHANNEL}`)).toBe(false);
});

test('another line has PWM in software', async () => {
  const record = new LevelRecord(board, 23);
  const pwm = await driver.openPwm({ line: 23, frequency_hz: 100, initial_duty: 1 });
  expect(record.levels).toEqual([true]);
  await pwm.close();
});

test('a wave goes on that a killed holder left, until it gets its new form', async () => {
  const killed = await open();
  await killed.openPwm({ line: LED, frequency_hz: 100, initial_duty: 0.9 });
  // Nobody closes it: it is found exported and running, with a time high that is longer than the new period.
  const pwm = await driver.openPwm({ line: LED, frequency_hz: 1_000, initial_duty: 0.1 });
  expect(wave()).toEqual({ period: 1_000_000, high: 100_000 });
  await pwm.close();
});

test('a line has one holder, a closed one refuses, and a duty stays between 0 and 1', async () => {
  const settings = { line: LED, frequency_hz: 100, initial_duty: 0.5 };
  const pwm = await driver.openPwm(settings);
  await expect(driver.openPwm(settings)).rejects.toMatchObject({ code: 'HW_LINE_BUSY' });
  await expect(pwm.write(1.1)).rejects.toMatchObject({ code: 'HW_VALUE_OUT_OF_RANGE' });
  await pwm.close();
  await pwm.close();
  await expect(pwm.write(0.5)).rejects.toMatchObject({ code: 'HW_CLOSED' });
  await (await driver.openPwm(settings)).close();
});

test('a frequency that the chip cannot do is an error that says so', async () => {
  const settings = { line: LED, frequency_hz: 0.001, initial_duty: 0.5 };
  await expect(driver.openPwm(settings)).rejects.toMatchObject({
    code: 'HW_VALUE_OUT_OF_RANGE',
    message: `PWM of line ${LED} (channel ${CHANNEL} of pwmchip0): the chip cannot do 0.001 Hz`,
  });
  expect(existsSync(`${REAL.chip}/pwm${CHANNEL}`)).toBe(false);
});
