import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EntityBench } from '../../../rigs/entity-bench.ts';

const BLIND = { platform: 'cover', open_line: 18, close_line: 23, open_time: '20s', close_time: '10s', overrun: '2s' };

let bench: EntityBench;
beforeEach(() => {
  bench = new EntityBench();
});
afterEach(() => bench.stop());

const state = () => JSON.parse(bench.state ?? '{}') as unknown;
const pins = () => [bench.high(18), bench.high(23)];
const startAt = async (position: number) => {
  bench.bus.send('pinbus/v1/porch/it/state', JSON.stringify({ state: 'stopped', position }), true);
  await bench.start(BLIND);
};

test('it opens for its time and a bit, tells where it is on the way, and is open', async () => {
  await startAt(0);
  await bench.command('OPEN');
  expect([pins(), state()]).toEqual([[true, false], { state: 'opening', position: 0 }]);
  await bench.pass(10_000);
  expect(state()).toEqual({ state: 'opening', position: 50 });
  await bench.pass(11_999);
  expect(pins()).toEqual([true, false]);
  await bench.pass(1);
  expect([pins(), state()]).toEqual([[false, false], { state: 'open', position: 100 }]);
});

test('it closes in its own time', async () => {
  await startAt(100);
  await bench.command('CLOSE');
  await bench.pass(5_000);
  expect([pins(), state()]).toEqual([[false, true], { state: 'closing', position: 50 }]);
  await bench.pass(7_000);
  expect([pins(), state()]).toEqual([[false, false], { state: 'closed', position: 0 }]);
});

test.each(['40', '{"position":40}'])('%s brings it there from either side', async (payload) => {
  await startAt(0);
  await bench.command(payload);
  await bench.pass(8_000);
  expect([pins(), state()]).toEqual([[false, false], { state: 'stopped', position: 40 }]);
  await bench.command('OPEN');
  await bench.pass(30_000);
  await bench.command(payload);
  await bench.pass(6_600);
  expect([pins(), state()]).toEqual([[false, false], { state: 'stopped', position: 40 }]);
});

test('STOP stops where it is', async () => {
  await startAt(0);
  await bench.command('OPEN');
  await bench.pass(5_000);
  await bench.command('STOP');
  expect([pins(), state()]).toEqual([[false, false], { state: 'stopped', position: 25 }]);
  await bench.pass(60_000);
  expect(pins()).toEqual([false, false]);
});

test('it turns around by a stop and a pause', async () => {
  await startAt(0);
  await bench.command('OPEN');
  await bench.pass(10_000);
  await bench.command('CLOSE');
  expect([pins(), state()]).toEqual([[false, false], { state: 'stopped', position: 50 }]);
  await bench.pass(499);
  expect(pins()).toEqual([false, false]);
  await bench.pass(1);
  expect([pins(), state()]).toEqual([[false, true], { state: 'closing', position: 50 }]);
});

test('a new target on the way changes only where it ends', async () => {
  await startAt(0);
  const levels: boolean[] = [];
  bench.world.watch(18, (high) => levels.push(high));
  await bench.command('30');
  await bench.pass(2_000);
  await bench.command('60');
  await bench.pass(20_000);
  expect([state(), levels]).toEqual([{ state: 'stopped', position: 60 }, [true, false]]);
});

test('an OPEN of one that seems open runs the whole way: somebody sees that it is not', async () => {
  await startAt(100);
  await bench.command('OPEN');
  await bench.pass(21_999);
  expect(pins()).toEqual([true, false]);
  await bench.pass(1);
  expect([pins(), state()]).toEqual([[false, false], { state: 'open', position: 100 }]);
});

describe('a position that nobody knows', () => {
  test('is told by nobody, and is found at an end', async () => {
    await bench.start(BLIND);
    expect(state()).toEqual({ state: 'stopped' });
    await bench.command('CLOSE');
    await bench.pass(5_000);
    expect(state()).toEqual({ state: 'closing' });
    await bench.pass(7_000);
    expect(state()).toEqual({ state: 'closed', position: 0 });
  });

  test('is found at the nearer end first by a target between them', async () => {
    await bench.start(BLIND);
    await bench.command('30');
    await bench.pass(12_000);
    expect(state()).toMatchObject({ position: 0 });
    await bench.pass(500 + 6_000);
    expect([pins(), state()]).toEqual([[false, false], { state: 'stopped', position: 30 }]);
  });

  test('is that of one that was on its way when the program ended', async () => {
    await startAt(0);
    await bench.command('OPEN');
    await bench.pass(5_000);
    bench = bench.again();
    await bench.start(BLIND);
    expect([pins(), state()]).toEqual([[false, false], { state: 'stopped' }]);
  });
});

test('a stop of the program stops it, and the next start knows where', async () => {
  await startAt(0);
  await bench.command('OPEN');
  await bench.pass(5_000);
  await bench.stop();
  expect(pins()).toEqual([false, false]);
  bench = bench.again();
  await bench.start(BLIND);
  expect(state()).toEqual({ state: 'stopped', position: 25 });
});

test('what something else moves is followed, and ends at the end', async () => {
  await startAt(0);
  bench.world.set(18, true);
  await bench.pass(30_000);
  expect(state()).toMatchObject({ state: 'opening' });
  await bench.pass(22_000);
  expect([pins(), state()]).toEqual([[false, false], { state: 'open', position: 100 }]);
});

test('a line that does not go off keeps the other one off', async () => {
  await startAt(0);
  await bench.command('OPEN');
  await bench.pass(1_000);
  bench.world.fail(18, 'stuck');
  await bench.command('CLOSE');
  await bench.pass(40_000);
  expect([pins(), bench.available]).toEqual([[true, false], 'offline']);
  bench.world.fail(18, undefined);
  await bench.pass(60_000);
  expect([pins(), bench.available]).toEqual([[false, false], 'online']);
});

test.each(['UP', '101', '-1', '{"position":"x"}', '{"tilt":3}'])(
  '%s changes nothing and is answered',
  async (payload) => {
    await startAt(0);
    await bench.command(payload);
    expect([pins(), bench.rejections]).toEqual([[false, false], ['TOPICS_PAYLOAD_NOT_ALLOWED']]);
  },
);
