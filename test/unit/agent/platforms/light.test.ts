import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fadeAt } from '../../../../src/agent/platforms/light/fade.ts';
import { dutyOf, levelOf } from '../../../../src/agent/platforms/light/level.ts';
import { EntityBench } from '../../../rigs/entity-bench.ts';

const STAIRS = { platform: 'light', line: 18 };

let bench: EntityBench;
beforeEach(() => {
  bench = new EntityBench();
});
afterEach(() => bench.stop());

const state = () => JSON.parse(bench.state ?? '') as Record<string, unknown>;

test('brightness goes through the gamma curve to the pin, and comes back as it was commanded', async () => {
  await bench.start(STAIRS);
  await bench.command('{"state":"ON","brightness":128}');
  expect(bench.duty(18)).toBeCloseTo((128 / 255) ** 2.2, 5);
  expect(state()).toEqual({ state: 'ON', brightness: 128, color_mode: 'brightness' });
});

test('OFF keeps the brightness for the next ON', async () => {
  await bench.start(STAIRS);
  await bench.command('{"brightness":40}');
  await bench.command('OFF');
  expect([bench.duty(18), state()['state']]).toEqual([0, 'OFF']);
  await bench.command('TOGGLE');
  expect(state()).toMatchObject({ state: 'ON', brightness: 40 });
});

test('active_low turns the duty around', async () => {
  await bench.start({ ...STAIRS, active_low: true });
  expect(bench.duty(18)).toBe(1);
  await bench.command('ON');
  expect(bench.duty(18)).toBe(0);
});

test.each([
  ['off', false],
  ['on', true],
  ['keep', true],
])('on_stop %s: a light that is on is left %s', async (on_stop, left) => {
  await bench.start({ ...STAIRS, on_stop });
  await bench.command('{"brightness":40}');
  await bench.stop();
  expect([bench.high(18), state()['state']]).toEqual([left, left ? 'ON' : 'OFF']);
});

test('on_stop on switches a light on that is off', async () => {
  await bench.start({ ...STAIRS, on_stop: 'on' });
  await bench.stop();
  expect(bench.high(18)).toBe(true);
});

describe('transition', () => {
  test('dims step by step, says so once a second, and ends at what was commanded', async () => {
    await bench.start(STAIRS);
    await bench.command('{"state":"ON","brightness":200,"transition":4}');
    await bench.pass(2_000);
    expect(bench.duty(18)).toBeCloseTo((100 / 255) ** 2.2, 2);
    await bench.pass(2_100);
    expect(bench.duty(18)).toBeCloseTo((200 / 255) ** 2.2, 5);
    expect(state()).toMatchObject({ state: 'ON', brightness: 200 });
    expect(bench.states.length).toBeLessThanOrEqual(7);
    expect(bench.clock.waiting).toBe(1);
  });

  test.each([2, 3, 10, 100])('one that reaches its end early by rounding (%i steps) still says it', async (steps) => {
    await bench.start(STAIRS);
    await bench.command('{"brightness":100}');
    await bench.command(`{"brightness":${100 + steps},"transition":0.05}`);
    await bench.pass(2_000);
    expect(state()).toMatchObject({ brightness: 100 + steps });
  });

  test('to off stays on until its end and keeps the brightness', async () => {
    await bench.start(STAIRS);
    await bench.command('{"brightness":200}');
    await bench.command('{"state":"OFF","transition":2}');
    await bench.pass(1_900);
    expect(bench.duty(18)).toBeGreaterThan(0);
    await bench.pass(200);
    expect([bench.duty(18), state()['state']]).toEqual([0, 'OFF']);
    await bench.command('ON');
    expect(state()).toMatchObject({ state: 'ON', brightness: 200 });
  });

  test('a new command takes over', async () => {
    await bench.start(STAIRS);
    await bench.command('{"state":"ON","brightness":200,"transition":10}');
    await bench.pass(1_000);
    await bench.command('TOGGLE');
    await bench.pass(20_000);
    expect([bench.duty(18), state()['state']]).toEqual([0, 'OFF']);
  });

  test('a stop ends it', async () => {
    await bench.start(STAIRS);
    await bench.command('{"state":"ON","brightness":200,"transition":10}');
    await bench.pass(1_000);
    await bench.stop();
    expect([bench.high(18), bench.clock.waiting, state()['state']]).toEqual([false, 0, 'OFF']);
  });

  test('without brightness it is at once', async () => {
    await bench.start({ ...STAIRS, brightness: false });
    await bench.command('{"state":"ON","transition":10}');
    expect(bench.high(18)).toBe(true);
  });

  test('on its way it never leaves the levels between, and never turns back', () => {
    const level = fc.record({ on: fc.boolean(), brightness: fc.integer({ min: 1, max: 255 }) });
    fc.assert(
      fc.property(level, level, fc.integer({ min: 1, max: 10_000 }), (from, to, length_ms) => {
        const fade = { from, to, start_ms: 0, length_ms };
        const shown = (each: { on: boolean; brightness: number }) => (each.on ? each.brightness : 0);
        const way = Array.from({ length: 21 }, (_, step) => shown(fadeAt(fade, (length_ms * step) / 20)));
        const rising = shown(to) >= shown(from);
        expect([way[0], way.at(-1)]).toEqual([shown(from), shown(to)]);
        expect(way).toEqual(way.toSorted((a, b) => (rising ? a - b : b - a)));
      }),
    );
  });
});

test('a wrong payload changes nothing and is answered', async () => {
  await bench.start(STAIRS);
  for (const payload of ['{"brightness":256}', '{"colour":"red"}', 'dim']) await bench.command(payload);
  expect(bench.rejections).toEqual(Array.from({ length: 3 }, () => 'TOPICS_PAYLOAD_NOT_ALLOWED'));
  expect(bench.states).toHaveLength(1);
});

test('brightness: false is on and off, on any line', async () => {
  await bench.start({ platform: 'light', line: 23, brightness: false });
  await bench.command('{"state":"ON","brightness":10}');
  expect([bench.high(23), state()]).toEqual([true, { state: 'ON', color_mode: 'onoff' }]);
});

test('something else that dims it is found by the check', async () => {
  await bench.start(STAIRS);
  await bench.command('ON');
  bench.world.fail(18, 'stuck');
  await bench.command('OFF');
  expect(state()).toMatchObject({ state: 'ON', brightness: 255 });
});

test.each([
  ['{"state":"ON","brightness":70,"color_mode":"brightness"}', { state: 'ON', brightness: 70 }],
  ['{"state":"OFF","brightness":70}', { state: 'OFF', brightness: 70 }],
  ['{"state":"ON"}', { state: 'ON', brightness: 255 }],
  ['{"state":"MAYBE"}', { state: 'OFF' }],
  ['not JSON', { state: 'OFF' }],
])('restore after a last state of %s', async (before, after) => {
  bench.bus.send('pinbus/v1/porch/it/state', before, true);
  await bench.start({ ...STAIRS, on_start: 'restore' });
  expect(state()).toMatchObject(after);
});

describe('gamma', () => {
  const gamma = fc.double({ min: 1, max: 4, noNaN: true });

  test('every brightness has a duty of its own that is read back as the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 255 }), gamma, (brightness, exponent) => {
        const level = { on: true, brightness };
        expect(levelOf(dutyOf(level, exponent), exponent, 0)).toEqual(level);
      }),
    );
  });

  test('a brighter light never has a smaller duty', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 254 }), gamma, (brightness, exponent) => {
        const duty = dutyOf({ on: true, brightness }, exponent);
        expect(duty).toBeGreaterThan(0);
        expect(dutyOf({ on: true, brightness: brightness + 1 }, exponent)).toBeGreaterThan(duty);
      }),
    );
  });
});
