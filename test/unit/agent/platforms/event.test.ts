import { afterEach, beforeEach, expect, test } from 'vitest';
import { EntityBench } from '../../../rigs/entity-bench.ts';
import { turns } from '../../../rigs/turn.ts';

const BELL = { platform: 'event', line: 24, bias: 'pull_up', active_low: true };

let bench: EntityBench;
beforeEach(() => {
  bench = new EntityBench();
});
afterEach(() => bench.stop());

const press = '{"event_type":"press"}';

test('a press is one event, not retained, whatever the contact bounces', async () => {
  await bench.start(BELL);
  bench.world.set(24, false, { bounce_ms: 10 });
  await bench.pass(39);
  expect(bench.events).toEqual([]);
  await bench.pass(1);
  bench.world.set(24, true, { bounce_ms: 10 });
  await bench.pass(100);
  expect(bench.events).toEqual([press]);
  expect(bench.bus.last('pinbus/v1/porch/it/event')).toBeUndefined();
});

test('a long press is told while it is held, counted from its first edge', async () => {
  await bench.start({ ...BELL, long_press: '3s' });
  bench.world.press(24, 10_000);
  await bench.pass(2_999);
  expect(bench.events).toEqual([]);
  await bench.pass(1);
  expect(bench.events).toEqual(['{"event_type":"long_press"}']);
  await bench.pass(20_000);
  expect(bench.events).toHaveLength(1);
});

test('a double press is one event; a single one waits for the second in vain and is told', async () => {
  await bench.start({ ...BELL, double_press: '400ms' });
  bench.world.press(24, 100);
  await bench.pass(300);
  bench.world.press(24, 100);
  await bench.pass(2_000);
  expect(bench.events).toEqual(['{"event_type":"double_press"}']);
  bench.world.press(24, 100);
  await bench.pass(2_000);
  expect(bench.events.slice(1)).toEqual([press]);
});

test('a line that fails while it is pressed tells no press when it comes back released', async () => {
  await bench.start({ ...BELL, long_press: '3s' });
  await bench.drive(24, false);
  await bench.pass(100);
  bench.world.fail(24, 'gone');
  await turns();
  bench.world.set(24, true);
  bench.world.fail(24, undefined);
  await bench.pass(30_000);
  expect([bench.available, bench.events]).toEqual(['online', []]);
});

test('refresh does not tell an old event again', async () => {
  await bench.start(BELL);
  bench.world.press(24, 100);
  await bench.pass(500);
  await bench.entities.refresh();
  expect(bench.events).toEqual([press]);
});
