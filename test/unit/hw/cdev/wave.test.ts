import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { phaseOf } from '../../../../src/hw/cdev/soft-pwm/wave.ts';

const period_ms = fc.double({ min: 1, max: 1_000, noNaN: true });
const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });

test('over a period it is high for its duty, in one piece, and low for the rest', () => {
  fc.assert(
    fc.property(period_ms, share, fc.integer({ min: 0, max: 100 }), (period, duty, count) => {
      const began_ms = count * period;
      let high_ms = 0;
      let changes = 0;
      for (let at_ms = began_ms; at_ms < began_ms + period * (1 - 1e-6) && changes < 9; changes++) {
        const { high, left_ms } = phaseOf({ period_ms: period, duty }, at_ms);
        if (high) high_ms += left_ms;
        at_ms += left_ms + period * 1e-9;
      }
      expect(high_ms / period).toBeCloseTo(duty, 3);
      expect(changes).toBeLessThanOrEqual(3);
    }),
  );
});

test('a change is always in the future, so that whoever sleeps until then makes progress', () => {
  fc.assert(
    fc.property(period_ms, share, fc.double({ min: 0, max: 1e6, noNaN: true }), (period, duty, since_ms) => {
      const { left_ms } = phaseOf({ period_ms: period, duty }, since_ms);
      expect(left_ms).toBeGreaterThan(0);
      expect(left_ms).toBeLessThanOrEqual(period);
    }),
  );
});

test('a duty of 0 and of 1 never changes', () => {
  expect(phaseOf({ period_ms: 5, duty: 0 }, 3)).toEqual({ high: false, left_ms: Number.POSITIVE_INFINITY });
  expect(phaseOf({ period_ms: 5, duty: 1 }, 3)).toEqual({ high: true, left_ms: Number.POSITIVE_INFINITY });
});
