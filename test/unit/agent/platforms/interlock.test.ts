import { afterEach, beforeEach, expect, test } from 'vitest';
import { EntityBench } from '../../../rigs/entity-bench.ts';

let bench: EntityBench;
beforeEach(() => {
  bench = new EntityBench();
});
afterEach(() => bench.stop());

const UP = { id: 'up', platform: 'switch', line: 18, interlock: { group: 'motor', dead_time: '500ms' } };
const DOWN = { ...UP, id: 'down', line: 23 };
const taking = <T extends { interlock: object }>(entry: T) => ({
  ...entry,
  interlock: { ...entry.interlock, conflict: 'take_over' },
});
const pins = () => [bench.high(18), bench.high(23)];

test('an ON while the other is on is refused, and says by which', async () => {
  await bench.start(UP, DOWN);
  await bench.pass(500);
  await bench.command('ON', 'up');
  await bench.command('ON', 'down');
  expect([pins(), bench.rejections]).toEqual([[true, false], ['AGENT_INTERLOCKED']]);
  expect(bench.bus.on('pinbus/v1/porch/rejected').at(-1)).toContain('up of the same interlock group is not off');
});

test('once the other is off it waits for the dead time', async () => {
  await bench.start(UP, DOWN);
  await bench.pass(500);
  await bench.command('ON', 'up');
  await bench.command('OFF', 'up');
  await bench.command('ON', 'down');
  await bench.pass(499);
  expect(pins()).toEqual([false, false]);
  await bench.pass(1);
  expect([pins(), bench.rejections]).toEqual([[false, true], []]);
});

test('take_over: the other one goes off first, then the dead time, then this one', async () => {
  await bench.start(taking(UP), taking(DOWN));
  await bench.pass(500);
  await bench.command('ON', 'up');
  await bench.command('ON', 'down');
  expect(pins()).toEqual([false, false]);
  await bench.pass(500);
  expect(pins()).toEqual([false, true]);
  expect(bench.bus.last('pinbus/v1/porch/up/state')).toBe('OFF');
});

test('one that does not go off keeps the other off, and the command is given up', async () => {
  await bench.start(taking(UP), taking(DOWN));
  await bench.pass(500);
  await bench.command('ON', 'up');
  bench.world.fail(18, 'stuck');
  await bench.command('ON', 'down');
  expect(bench.rejections).toEqual([]);
  await bench.pass(20_000);
  expect(bench.rejections).toEqual(['AGENT_INTERLOCKED']);
  expect(bench.bus.on('pinbus/v1/porch/rejected').at(-1)).toContain('up of the same interlock group is not off');
  bench.world.fail(18, undefined);
  await bench.pass(60_000);
  expect(pins()).toEqual([false, false]);
});

test('one whose line cannot be opened is not known to be off', async () => {
  bench.world.fail(18, 'access_denied');
  await bench.start(UP, DOWN);
  await bench.command('ON', 'down');
  expect([bench.high(23), bench.rejections]).toEqual([false, ['AGENT_INTERLOCKED']]);
});

test('one that something else switches on while the other is on is switched off', async () => {
  await bench.start(UP, DOWN);
  await bench.pass(500);
  await bench.command('ON', 'up');
  bench.world.set(23, true);
  await bench.pass(30_000);
  expect(pins()).toEqual([true, false]);
});

test('a start goes through off: the other one may be on from before a crash', async () => {
  const both = [{ ...UP, on_start: 'restore' }, DOWN];
  await bench.start(...both);
  await bench.pass(500);
  await bench.command('ON', 'up');
  // As after a kill: nothing was told to stop.
  bench = bench.again();
  await bench.start(...both);
  expect(pins()).toEqual([false, false]);
  await bench.pass(500);
  expect(pins()).toEqual([true, false]);
});

test('a group of another name has nothing to do with it', async () => {
  await bench.start(UP, { ...DOWN, interlock: { group: 'other' } });
  await bench.command('ON', 'up');
  await bench.command('ON', 'down');
  expect(pins()).toEqual([true, true]);
});

test('an entity that leaves makes way', async () => {
  await bench.start(UP, DOWN);
  await bench.pass(500);
  await bench.command('ON', 'up');
  await bench.entities.remove('up');
  await bench.command('ON', 'down');
  expect(bench.high(23)).toBe(true);
});

test('the pulses of two buttons never overlap: a press while the other one is on is refused, and waits for the dead time after', async () => {
  const button = { platform: 'button', pulse: '1s' };
  await bench.start({ ...UP, ...button }, { ...DOWN, ...button });
  await bench.pass(500);
  await bench.command('PRESS', 'up');
  await bench.command('PRESS', 'down');
  expect([pins(), bench.rejections]).toEqual([[true, false], ['AGENT_INTERLOCKED']]);
  await bench.pass(1_000);
  await bench.command('PRESS', 'down');
  await bench.pass(499);
  expect(pins()).toEqual([false, false]);
  await bench.pass(1);
  expect([pins(), bench.rejections]).toEqual([[false, true], ['AGENT_INTERLOCKED']]);
});
