import { expect, test } from 'vitest';
import { parseMoment } from '../../../../src/agent/calls/moment.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

test.each([
  ['6h', '2026-11-21T06:00:00Z'],
  ['0s', '2026-11-21T12:00:00Z'],
  ['2026-11-20T18:00:00Z', '2026-11-20T18:00:00Z'],
  ['2026-11-20T18:00+02:00', '2026-11-20T16:00:00Z'],
])('%s is a time', (text, time) => {
  expect(new Date(parseMoment(text, NOW) ?? Number.NaN).toISOString()).toBe(new Date(time).toISOString());
});

test('a date and a time of day are of the time zone of this machine', () => {
  expect(parseMoment('2026-11-20', NOW)).toBe(new Date(2026, 10, 20).getTime());
  expect(parseMoment('2026-11-20T18:30', NOW)).toBe(new Date(2026, 10, 20, 18, 30).getTime());
});

test.each(['', 'yesterday', '6', '-1h', '2026-13-01', '21.11.2026', '2026-11-21 12:00', '1'])('%j is none', (text) => {
  expect(parseMoment(text, NOW)).toBeUndefined();
});
