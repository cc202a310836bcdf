import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { milliseconds } from '#topics';
import { isWorthTelling, type ReportOptions, type Told } from '../../../../src/agent/entity/thinning.ts';

const options = fc.record(
  {
    min_interval: fc.integer({ min: 1, max: 500 }).map(milliseconds),
    max_interval: fc.integer({ min: 500, max: 2_000 }).map(milliseconds),
    delta: fc.integer({ min: 1, max: 20 }),
  },
  { requiredKeys: [] },
);
const readings = fc.array(
  fc.record({ value: fc.integer({ min: -50, max: 50 }), after_ms: fc.integer({ min: 1, max: 400 }) }),
  { minLength: 1, maxLength: 60 },
);

interface Reading extends Told {
  readonly told: boolean;
  readonly before: Told | undefined;
}

function run(steps: readonly { value: number; after_ms: number }[], how: ReportOptions | undefined): Reading[] {
  let at_ms = 0;
  let last: Told | undefined;
  return steps.map(({ value, after_ms }) => {
    at_ms += after_ms;
    const before = last;
    const told = isWorthTelling(before, value, at_ms, how);
    if (told) last = { value, at_ms };
    return { value, at_ms, told, before };
  });
}

test('what is told last is never further from the reading than delta, once min_interval is over', () => {
  fc.assert(
    fc.property(readings, options, (steps, how) => {
      for (const { value, at_ms, told, before } of run(steps, how)) {
        if (told || before === undefined) continue;
        const moved = Math.abs(value - before.value);
        expect(moved === 0 || moved < (how.delta ?? 0) || at_ms - before.at_ms < (how.min_interval ?? 0)).toBe(true);
      }
    }),
  );
});

test('nothing is told before min_interval, and something at max_interval', () => {
  fc.assert(
    fc.property(readings, options, (steps, how) => {
      for (const { at_ms, told, before } of run(steps, how)) {
        if (before === undefined) continue;
        const since_ms = at_ms - before.at_ms;
        if (told)
          expect(since_ms).toBeGreaterThanOrEqual(Math.min(how.min_interval ?? 0, how.max_interval ?? Infinity));
        else expect(since_ms).toBeLessThan(how.max_interval ?? Number.POSITIVE_INFINITY);
      }
    }),
  );
});

test('without options every reading is told, and the first in any case', () => {
  fc.assert(
    fc.property(readings, options, (steps, how) => {
      expect(run(steps, undefined).every(({ told }) => told)).toBe(true);
      expect(run(steps, how)[0]?.told).toBe(true);
    }),
  );
});
