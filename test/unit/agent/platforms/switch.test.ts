import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EntityBench } from '../../../rigs/entity-bench.ts';

const RELAY = { platform: 'switch', line: 18 };

let bench: EntityBench;
beforeEach(() => {
  bench = new EntityBench();
});
afterEach(() => bench.stop());

test.each([
  ['ON', 'ON'],
  ['on', 'ON'],
  ['1', 'ON'],
  ['true', 'ON'],
  ['TOGGLE', 'ON'],
  ['OFF', 'OFF'],
])('%s makes it %s', async (payload, state) => {
  await bench.start(RELAY);
  await bench.command(payload);
  expect([bench.state, bench.high(18)]).toEqual([state, state === 'ON']);
});

test('active_low: ON is a low level, and a start does not glitch it', async () => {
  bench.world.set(18, true);
  const levels: boolean[] = [];
  bench.world.watch(18, (high) => levels.push(high));
  await bench.start({ ...RELAY, active_low: true });
  expect(levels).toEqual([]);
  await bench.command('ON');
  expect(levels).toEqual([false]);
});

describe('on_start', () => {
  test.each([
    ['off', 'ON', 'OFF'],
    ['on', 'OFF', 'ON'],
    ['restore', 'ON', 'ON'],
    ['restore', 'OFF', 'OFF'],
    ['restore', 'nonsense', 'OFF'],
  ])('%s after a last state of %s is %s', async (on_start, before, after) => {
    bench.bus.send('pinbus/v1/porch/it/state', before, true);
    await bench.start({ ...RELAY, on_start });
    expect([bench.state, bench.high(18)]).toEqual([after, after === 'ON']);
  });
});

describe('max_on', () => {
  test('switches off after the time, also when it is commanded ON again in between', async () => {
    await bench.start({ ...RELAY, max_on: '10m' });
    await bench.command('ON');
    await bench.pass(300_000);
    await bench.command('ON');
    await bench.entities.refresh();
    await bench.pass(299_999);
    expect(bench.state).toBe('ON');
    await bench.pass(1);
    expect([bench.state, bench.high(18)]).toEqual(['OFF', false]);
  });

  test('counts anew after an OFF', async () => {
    await bench.start({ ...RELAY, max_on: '10m' });
    await bench.command('ON');
    await bench.pass(500_000);
    await bench.command('OFF');
    await bench.command('ON');
    await bench.pass(500_000);
    expect(bench.state).toBe('ON');
    await bench.pass(100_000);
    expect(bench.state).toBe('OFF');
  });

  test('holds for a line that something else switched on', async () => {
    await bench.start({ ...RELAY, max_on: '10m' });
    bench.world.set(18, true);
    await bench.pass(30_000);
    expect(bench.state).toBe('ON');
    await bench.pass(600_000);
    expect([bench.state, bench.high(18)]).toEqual(['OFF', false]);
  });
});

test('max_on holds for a line that could not be switched off when its time was up', async () => {
  await bench.start({ ...RELAY, max_on: '10m', on_start: 'on' });
  bench.world.fail(18, 'stuck');
  await bench.pass(600_000 + 6_000);
  expect([bench.available, bench.high(18)]).toEqual(['offline', true]);
  bench.world.fail(18, undefined);
  await bench.pass(30_000);
  expect(bench.available).toBe('online');
  await bench.pass(600_000);
  expect([bench.state, bench.high(18)]).toEqual(['OFF', false]);
});

describe('min_off', () => {
  test('an early ON waits for the rest of the time', async () => {
    await bench.start({ ...RELAY, min_off: '5m' });
    await bench.command('ON');
    await bench.pass(299_999);
    expect(bench.high(18)).toBe(false);
    await bench.pass(1);
    expect([bench.state, bench.high(18)]).toEqual(['ON', true]);
  });

  test('an OFF never waits, and takes back an ON that does', async () => {
    await bench.start({ ...RELAY, min_off: '5m' });
    await bench.pass(300_000);
    await bench.command('ON');
    await bench.command('OFF');
    expect(bench.high(18)).toBe(false);
    await bench.command('ON');
    await bench.command('OFF');
    await bench.pass(600_000);
    expect([bench.state, bench.high(18)]).toEqual(['OFF', false]);
  });

  test('a state is still reported when somebody asks while an ON waits', async () => {
    await bench.start({ ...RELAY, min_off: '5m' });
    await bench.command('ON');
    bench.bus.published.length = 0;
    await bench.entities.refresh();
    expect(bench.states).toEqual(['OFF']);
    await bench.pass(300_000);
    expect(bench.state).toBe('ON');
  });
});
