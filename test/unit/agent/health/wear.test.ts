import { expect, test } from 'vitest';
import { Wear } from '../../../../src/agent/health/wear.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

test('the amplification is of what was kept, without the files of the start, and missing while nothing was', () => {
  const wear = new Wear();
  expect(wear.next(4_000_000, 100, 0)).toEqual({ written_bytes: 4_000_000 });
  expect(wear.next(4_001_000, 200, MINUTE_MS)).toEqual({ written_bytes: 4_001_000, write_amplification: 10 });
});

test('what a day has is not guessed in the first ten minutes', () => {
  const wear = new Wear();
  const perDay = (written_bytes: number, at_ms: number) => wear.next(written_bytes, 0, at_ms).written_bytes_per_day;
  expect([perDay(5_000, 0), perDay(6_000, 9 * MINUTE_MS)]).toEqual([undefined, undefined]);
  expect(perDay(7_000, 10 * MINUTE_MS)).toBe(2_000 * 144);
});

test('what a day has is what the last one had', () => {
  const wear = new Wear();
  for (let hour = 0; hour <= 48; hour += 1) wear.next(hour <= 24 ? 1_000 * hour : 24_000, 0, hour * HOUR_MS);
  expect(wear.next(24_000, 0, 49 * HOUR_MS).written_bytes_per_day).toBe(0);
});

test('a machine that does not say what it writes has no figures', () => {
  expect(new Wear().next(undefined, 100, 0)).toEqual({});
});
