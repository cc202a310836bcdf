import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dutyOf, speedOf } from '../../../../src/agent/platforms/fan/speed.ts';
import { EntityBench } from '../../../rigs/entity-bench.ts';

const FAN = { platform: 'fan', line: 18 };

let bench: EntityBench;
beforeEach(() => {
  bench = new EntityBench();
});
afterEach(() => bench.stop());

const state = () => JSON.parse(bench.state ?? '{}') as unknown;

test('a percentage is a share of the way from the lowest duty to all of it', async () => {
  await bench.start({ ...FAN, lowest_duty: 0.2 });
  await bench.command('{"percentage":50}');
  expect(bench.duty(18)).toBeCloseTo(0.6, 5);
  expect(state()).toEqual({ state: 'ON', percentage: 50 });
});

test('OFF keeps the percentage for the next ON, and 0 % is OFF', async () => {
  await bench.start(FAN);
  await bench.command('{"percentage":30}');
  await bench.command('{"percentage":0}');
  expect([bench.duty(18), state()]).toEqual([0, { state: 'OFF', percentage: 30 }]);
  await bench.command('TOGGLE');
  expect([bench.duty(18), state()]).toEqual([0.3, { state: 'ON', percentage: 30 }]);
});

describe('kick_start', () => {
  const STIFF = { ...FAN, kick_start: '500ms' };

  test('runs at full speed first, and its state is what was asked for', async () => {
    await bench.start(STIFF);
    await bench.command('{"percentage":20}');
    expect([bench.duty(18), state()]).toEqual([1, { state: 'ON', percentage: 20 }]);
    await bench.pass(499);
    expect(bench.duty(18)).toBe(1);
    await bench.pass(1);
    expect([bench.duty(18), state()]).toEqual([0.2, { state: 'ON', percentage: 20 }]);
  });

  test('is not given to one that turns', async () => {
    await bench.start(STIFF);
    await bench.command('{"percentage":20}');
    await bench.pass(500);
    await bench.command('{"percentage":30}');
    expect(bench.duty(18)).toBeCloseTo(0.3, 5);
  });

  test('an OFF ends it', async () => {
    await bench.start(STIFF);
    await bench.command('ON');
    await bench.command('OFF');
    expect(bench.duty(18)).toBe(0);
    await bench.pass(10_000);
    expect(bench.duty(18)).toBe(0);
  });

  test('another percentage in the meantime counts after it', async () => {
    await bench.start(STIFF);
    await bench.command('{"percentage":20}');
    await bench.pass(300);
    await bench.command('{"percentage":40}');
    expect(bench.duty(18)).toBe(1);
    await bench.pass(200);
    expect(bench.duty(18)).toBeCloseTo(0.4, 5);
  });
});

test('the rules of outputs hold: max_on, and on_start restore', async () => {
  bench.bus.send('pinbus/v1/porch/it/state', '{"state":"ON","percentage":40}', true);
  await bench.start({ ...FAN, on_start: 'restore', max_on: '10m' });
  expect(state()).toEqual({ state: 'ON', percentage: 40 });
  await bench.pass(600_000);
  expect([bench.duty(18), state()]).toEqual([0, { state: 'OFF', percentage: 40 }]);
});

test.each(['fast', '40', '{"percentage":101}', '{"percentage":1.5}', '{"speed":1}', '{}'])(
  '%s changes nothing and is answered',
  async (payload) => {
    await bench.start(FAN);
    await bench.command(payload);
    expect([bench.duty(18), bench.rejections]).toEqual([0, ['TOPICS_PAYLOAD_NOT_ALLOWED']]);
  },
);

test('every percentage has a duty of its own that is read back as the same', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.double({ min: 0, max: 0.9, noNaN: true }),
      (percentage, lowest) => {
        const speed = { on: true, percentage, kick: false };
        expect(speedOf(dutyOf(speed, lowest), lowest, { ...speed, percentage: 1 })).toEqual(speed);
      },
    ),
  );
});
