import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dutyOf, valueOf } from '../../../../src/agent/platforms/number/pulse.ts';
import { configOf, EntityBench } from '../../../rigs/entity-bench.ts';

const SERVO = { platform: 'number', line: 18 };

let bench: EntityBench;
beforeEach(() => {
  bench = new EntityBench();
});
afterEach(() => bench.stop());

/** Microseconds of the pulse at 50 Hz. */
const pulse_us = () => (bench.duty(18) ?? Number.NaN) * 20_000;

test.each([
  ['0', 1_000],
  ['90', 1_500],
  ['180', 2_000],
  ['45.5', 1_252.78],
])('%s is a pulse of %d µs', async (value, us) => {
  await bench.start(SERVO);
  await bench.command(value);
  expect(pulse_us()).toBeCloseTo(us, 1);
  expect(bench.state).toBe(value);
});

test('a servo that turns the other way has its longer pulse at the lower value', async () => {
  await bench.start({ ...SERVO, min: -90, max: 90, pulse_min_us: 2_500, pulse_max_us: 500, initial: 0 });
  expect(pulse_us()).toBeCloseTo(1_500, 5);
  await bench.command('90');
  expect(pulse_us()).toBeCloseTo(500, 5);
});

test.each([
  ['restore', '120', '120'],
  ['restore', '500', '10'],
  ['restore', 'nonsense', '10'],
  ['initial', '120', '10'],
])('on_start %s after a last state of %s is %s', async (on_start, before, after) => {
  bench.bus.send('pinbus/v1/porch/it/state', before, true);
  await bench.start({ ...SERVO, on_start, initial: 10 });
  expect(bench.state).toBe(after);
});

test('after a stop there are no pulses, and the state stays', async () => {
  await bench.start(SERVO);
  await bench.command('90');
  await bench.stop();
  expect([bench.high(18), bench.state]).toEqual([false, '90']);
});

test('on_stop: it gets a second to turn there, and then the pulses end', async () => {
  await bench.start({ ...SERVO, on_stop: 20 });
  await bench.command('90');
  const stopped = bench.stop();
  await bench.pass(999);
  expect([pulse_us(), bench.state]).toEqual([expect.closeTo(1_111.11, 1), '20']);
  await bench.pass(1);
  await stopped;
  expect([bench.high(18), bench.state, bench.recordings.find(({ value }) => value === '20')?.cause]).toEqual([
    false,
    '20',
    { kind: 'stop' },
  ]);
});

test('on_link_loss: when whoever commanded it is gone for so long it goes there, and nowhere while it is not', async () => {
  await bench.start({ ...SERVO, on_link_loss: { after: '1m', value: 10 } });
  await bench.command('90');
  await bench.pass(120_000);
  expect(bench.state).toBe('90');
  bench.connected.delete('tester');
  await bench.pass(59_000);
  expect(bench.state).toBe('90');
  await bench.pass(2_000);
  expect([bench.state, pulse_us()]).toEqual(['10', expect.closeTo(1_055.56, 1)]);
  bench.connected.add('tester');
  await bench.command('90');
  await bench.pass(120_000);
  expect(bench.state).toBe('90');
});

test('after a start that nobody followed up it goes to the value of a lost link', async () => {
  bench.bus.send('pinbus/v1/porch/it/state', '120', true);
  await bench.start({ ...SERVO, on_link_loss: { after: '1m', value: 10 } });
  expect(bench.state).toBe('120');
  await bench.pass(61_000);
  expect(bench.state).toBe('10');
  await bench.stop();
  expect(bench.clock.waiting).toBe(0);
});

test.each(['181', '-1', 'middle', ''])('%s changes nothing and is answered', async (payload) => {
  await bench.start(SERVO);
  await bench.command(payload);
  expect([bench.state, bench.rejections.length]).toEqual(['0', 1]);
});

test.each([
  [{ min: 5, max: 5 }, 'greater than'],
  [{ initial: 181 }, 'from `min` to `max`'],
  [{ on_stop: 181 }, 'release, or from `min` to `max`'],
  [{ on_stop: 'off' }, 'release'],
  [{ on_link_loss: { after: '1m', value: -1 } }, 'from `min` to `max`'],
  [{ pulse_max_us: 1_000 }, 'another than'],
  [{ frequency_hz: 400, pulse_max_us: 2_500 }, 'longest pulse'],
])('a range that cannot be, %o, is a wrong config', (change, text) => {
  expect(() => configOf({ id: 'it', ...SERVO, ...change })).toThrow(text);
});

test('every value comes back from its pulse', () => {
  const range = { min: -40, max: 90, pulse_min_us: 2_300, pulse_max_us: 700, frequency_hz: 50 };
  fc.assert(
    fc.property(fc.double({ min: -40, max: 90, noNaN: true }), (value) => {
      expect(valueOf(dutyOf(value, range), range)).toBeCloseTo(value, 6);
    }),
  );
});
