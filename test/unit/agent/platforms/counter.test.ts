import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Meter, onPulses, onReport, pulsesPerHour } from '../../../../src/agent/platforms/counter/meter.ts';
import { configOf, EntityBench } from '../../../rigs/entity-bench.ts';

const METER = { platform: 'counter', line: 23, unit: 'kWh', pulses_per_unit: 1_000 };

let bench: EntityBench;
beforeEach(() => {
  bench = new EntityBench();
});
afterEach(() => bench.stop());

async function pulses(count: number, every_ms: number): Promise<void> {
  for (let pulse = 0; pulse < count; pulse += 1) {
    await bench.drive(23, true);
    await bench.pass(every_ms / 2);
    await bench.drive(23, false);
    await bench.pass(every_ms / 2);
  }
}

test('pulses become a total, and their distance a rate', async () => {
  await bench.start(METER);
  expect(bench.state).toBe('0.000');
  await pulses(60, 1_000);
  expect([bench.state, bench.attributes]).toEqual(['0.060', { rate: 3_600 }]);
});

test.each([
  ['from rest to rest', false, 400],
  ['from rest to a pulse', false, 401],
  ['from a pulse to a pulse', true, 400],
  ['from a pulse to rest', true, 401],
])('pulses that came too fast to be read count all the same, %s', async (_, begins, edges) => {
  await bench.start({ ...METER, debounce: '0ms' });
  if (begins) await bench.drive(23, true);
  // All in one turn of the event loop: of so many the kernel keeps the last.
  for (let edge = 1; edge <= edges; edge += 1) bench.world.set(23, begins === (edge % 2 === 0));
  await bench.pass(0);
  await bench.pass(60_000);
  // What began high had its first pulse before.
  expect(bench.state).toBe(begins ? '0.201' : edges === 400 ? '0.200' : '0.201');
});

test('it goes on from the last total after a restart, and a stop loses no pulse', async () => {
  bench.bus.send('pinbus/v1/porch/it/state', '1204.318', true);
  await bench.start(METER);
  await pulses(5, 1_000);
  await bench.stop();
  expect(bench.state).toBe('1204.323');
  bench = bench.again();
  await bench.start(METER);
  expect(bench.state).toBe('1204.323');
});

test('what the meter shows can be set', async () => {
  await bench.start(METER);
  await pulses(7, 1_000);
  await bench.command('5000');
  expect(bench.state).toBe('5000.000');
  await pulses(60, 1_000);
  await bench.pass(60_000);
  expect(bench.state).toBe('5000.060');
  for (const wrong of ['-1', 'many', '']) await bench.command(wrong);
  expect([bench.state, bench.rejections.length]).toEqual(['5000.060', 3]);
});

test('nothing is published while nothing flows, but that the rate sinks', async () => {
  await bench.start(METER);
  await pulses(60, 1_000);
  const before = bench.states.length;
  await bench.pass(86_400_000);
  expect([bench.states.length, bench.attributes]).toEqual([before, { rate: 0 }]);
  expect(bench.bus.on('pinbus/v1/porch/it/attributes').length).toBeLessThan(40);
});

test('a contact that bounces is one pulse', async () => {
  await bench.start({ ...METER, debounce: '20ms' });
  for (let pulse = 0; pulse < 10; pulse += 1) {
    bench.world.set(23, true, { bounce_ms: 12 });
    await bench.pass(500);
    bench.world.set(23, false, { bounce_ms: 12 });
    await bench.pass(500);
  }
  await bench.pass(60_000);
  expect(bench.state).toBe('0.010');
});

test.each([
  [{ unit: 'kWh', rate_unit: 'L/min' }, 'rate of `unit`'],
  [{ unit: 'L', device_class: 'energy' }, 'has `unit`'],
  [{ pulses_per_unit: 0 }, 'pulses_per_unit'],
])('what does not go together, %o, is a wrong config', (change, text) => {
  expect(() => configOf({ id: 'it', ...METER, ...change })).toThrow(text);
});

test('whenever it is reported, no pulse is lost, and a steady flow has a steady rate', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.array(fc.boolean(), { minLength: 3, maxLength: 50 }),
      (every_ms, reports) => {
        let meter: Meter = { pulses: 0 };
        for (const [index, report] of reports.entries()) {
          meter = onPulses(meter, 1, index * every_ms);
          if (index > 0) expect(pulsesPerHour(meter, index * every_ms)).toBeCloseTo(3_600_000 / every_ms, 3);
          if (report) meter = onReport(meter);
        }
        expect(meter.pulses).toBe(reports.length);
      },
    ),
  );
});

test('without a pulse the rate never rises', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000 }),
      fc.nat({ max: 4_000_000 }),
      fc.nat({ max: 4_000_000 }),
      (every_ms, a, b) => {
        const meter = onPulses(onPulses({ pulses: 0 }, 1, 0), 1, every_ms);
        const at = (later_ms: number) => pulsesPerHour(meter, every_ms + later_ms);
        expect(at(Math.max(a, b))).toBeLessThanOrEqual(at(Math.min(a, b)));
      },
    ),
  );
});
