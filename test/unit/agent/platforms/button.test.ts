import { afterEach, beforeEach, expect, test } from 'vitest';
import { EntityBench } from '../../../rigs/entity-bench.ts';

const GATE = { platform: 'button', line: 25, pulse: '500ms' };

let bench: EntityBench;
let levels: boolean[];
beforeEach(async () => {
  bench = new EntityBench();
  levels = [];
  bench.world.watch(25, (high) => levels.push(high));
  await bench.start(GATE);
});
afterEach(() => bench.stop());

test('PRESS is one pulse of the set length', async () => {
  await bench.command('PRESS');
  await bench.pass(499);
  expect(levels).toEqual([true]);
  await bench.pass(1);
  expect(levels).toEqual([true, false]);
});

test('a press within a pulse is refused, and the pulse is not longer for it', async () => {
  await bench.command('PRESS');
  await bench.pass(400);
  await bench.command('PRESS');
  expect(bench.rejections).toEqual(['AGENT_BUTTON_BUSY']);
  await bench.pass(100);
  expect(levels).toEqual([true, false]);
  await bench.command('PRESS');
  expect(levels).toEqual([true, false, true]);
});

test('two presses at once are one pulse and one refusal', async () => {
  bench.bus.send('pinbus/v1/porch/it/set', 'PRESS');
  await bench.command('PRESS');
  expect([levels, bench.rejections]).toEqual([[true], ['AGENT_BUTTON_BUSY']]);
});

test('a stop within a pulse ends it', async () => {
  await bench.command('PRESS');
  await bench.stop();
  expect([levels, bench.clock.waiting]).toEqual([[true, false], 0]);
});

test('another payload is refused', async () => {
  await bench.command('ON');
  expect([bench.rejections, levels]).toEqual([['TOPICS_PAYLOAD_NOT_ALLOWED'], []]);
});

test('what the line did is on the bus, and in the history with who had it done', async () => {
  await bench.command('PRESS');
  await bench.pass(500);
  expect(bench.states).toEqual(['OFF', 'ON', 'OFF']);
  const by = { kind: 'client', id: 'tester' };
  expect(bench.recordings.map(({ value, cause }) => [value, cause])).toEqual([
    ['OFF', { kind: 'start' }],
    ['ON', by],
    ['OFF', by],
  ]);
});

test('a line that something else moved is back after one pulse', async () => {
  bench.world.set(25, true);
  await bench.pass(30_000);
  await bench.pass(500);
  expect([bench.states, levels]).toEqual([
    ['OFF', 'ON', 'OFF'],
    [true, false],
  ]);
});

test('a line that could not be pressed is not pressed later', async () => {
  bench.world.fail(25, 'stuck');
  await bench.command('PRESS');
  await bench.pass(7_000);
  expect(bench.available).toBe('offline');
  bench.world.fail(25, undefined);
  await bench.pass(30_000);
  expect([bench.available, levels]).toEqual(['online', []]);
});

test('a pulse that cannot end is tried again, and is over as soon as it can', async () => {
  await bench.command('PRESS');
  bench.world.fail(25, 'stuck');
  await bench.pass(8_000);
  expect([bench.state, bench.available]).toEqual(['ON', 'offline']);
  bench.world.fail(25, undefined);
  await bench.pass(30_000);
  expect([bench.state, bench.available, levels]).toEqual(['OFF', 'online', [true, false]]);
});
