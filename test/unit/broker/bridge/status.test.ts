import { expect, test } from 'vitest';
import { drainTime } from '../../../../src/broker/bridge/status.ts';

test('a lane is done by its rate, and has no such time while nothing goes', () => {
  expect(drainTime('connected', 100, 10)).toBe(10);
  expect(drainTime('connected', 0, 10)).toBe(0);
  expect(drainTime('connected', 100, 0.01)).toBeUndefined();
  // The average remembers the link that is lost.
  expect(drainTime('waiting', 100, 10)).toBeUndefined();
  expect(drainTime('paused', 100, 10)).toBeUndefined();
});
