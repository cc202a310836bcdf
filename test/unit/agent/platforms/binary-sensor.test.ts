import { afterEach, beforeEach, expect, test } from 'vitest';
import { EntityBench } from '../../../rigs/entity-bench.ts';
import { turns } from '../../../rigs/turn.ts';

const MOTION = { platform: 'binary_sensor', line: 23, bias: 'pull_down', debounce: '0s' };

let bench: EntityBench;
beforeEach(() => {
  bench = new EntityBench();
});
afterEach(() => bench.stop());

test('the first state is the level of the pin', async () => {
  bench.world.set(23, true);
  await bench.start(MOTION);
  expect([bench.state, bench.available]).toEqual(['ON', 'online']);
});

test('follows the pin, and says each state once', async () => {
  await bench.start(MOTION);
  await bench.drive(23, true);
  await bench.drive(23, true);
  await bench.drive(23, false);
  expect(bench.states).toEqual(['OFF', 'ON', 'OFF']);
});

test('active_low: a low level is ON', async () => {
  await bench.start({ ...MOTION, active_low: true, bias: 'pull_up' });
  expect(bench.state).toBe('OFF');
  await bench.drive(23, false);
  expect(bench.state).toBe('ON');
});

test('a bouncing contact gives one change, a debounce time after its last edge', async () => {
  await bench.start({ ...MOTION, debounce: '50ms' });
  bench.world.set(23, true, { bounce_ms: 12 });
  await bench.pass(61);
  expect(bench.states).toEqual(['OFF']);
  await bench.pass(1);
  expect(bench.states).toEqual(['OFF', 'ON']);
});

test('a line that never rests says nothing, without anything configured', async () => {
  await bench.start({ platform: 'binary_sensor', line: 23 });
  for (let edge = 0; edge < 500; edge += 1) {
    await bench.drive(23, edge % 2 === 0);
    await bench.pass(edge % 10);
  }
  expect(bench.states).toEqual(['OFF']);
});

test('on_delay and off_delay hold changes back, and a shorter one is never told', async () => {
  await bench.start({ ...MOTION, on_delay: '2s', off_delay: '5s' });
  await bench.drive(23, true);
  await bench.pass(1_999);
  await bench.drive(23, false);
  await bench.pass(10_000);
  expect(bench.states).toEqual(['OFF']);
  await bench.drive(23, true);
  await bench.pass(2_000);
  await bench.drive(23, false);
  await bench.pass(4_999);
  expect(bench.states).toEqual(['OFF', 'ON']);
  await bench.pass(1);
  expect(bench.states).toEqual(['OFF', 'ON', 'OFF']);
});

test('a line that fails comes back with the level that it has then', async () => {
  await bench.start(MOTION);
  bench.world.fail(23, 'gone');
  await turns();
  bench.world.set(23, true);
  bench.world.fail(23, undefined);
  await bench.pass(1_000);
  expect([bench.state, bench.available]).toEqual(['ON', 'online']);
  await bench.drive(23, false);
  expect(bench.state).toBe('OFF');
});

test('an edge that was lost is found by the check', async () => {
  await bench.start(MOTION);
  bench.world.fail(23, 'deaf');
  await bench.drive(23, true);
  expect(bench.state).toBe('OFF');
  await bench.pass(30_000);
  expect(bench.states).toEqual(['OFF', 'ON']);
});

test('nothing is said about a line that is down, whoever asks', async () => {
  await bench.start(MOTION);
  bench.world.fail(23, 'gone');
  await turns();
  await bench.entities.refresh();
  expect(bench.states).toEqual(['OFF']);
});

test('a line that stays away is offline after its tries, and online when it is back', async () => {
  await bench.start(MOTION);
  bench.world.fail(23, 'gone');
  await turns();
  await bench.pass(5_999);
  expect(bench.available).toBe('online');
  await bench.pass(1);
  expect(bench.available).toBe('offline');
  bench.world.fail(23, undefined);
  await bench.pass(30_000);
  expect(bench.available).toBe('online');
});
