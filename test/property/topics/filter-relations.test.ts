import { covers, matches, overlaps } from '#topics';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filter, topic } from './arbitraries.ts';

describe('of two filters', () => {
  it('the one that covers matches whatever the other matches', () => {
    fc.assert(
      fc.property(filter, filter, topic, (wide, narrow, topic) => {
        if (covers(wide, narrow) && matches(narrow, topic)) expect(matches(wide, topic)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it('those that match one topic overlap', () => {
    fc.assert(
      fc.property(filter, filter, topic, (a, b, topic) => {
        if (matches(a, topic) && matches(b, topic)) expect(overlaps(a, b)).toBe(true);
        expect(overlaps(a, b)).toBe(overlaps(b, a));
        if (covers(a, b) && !b.startsWith('$')) expect(overlaps(a, b)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    ['#', 'a/+/c', true],
    ['a/#', 'a', true],
    ['a/#', 'a/+/#', true],
    ['a/+', 'a/b', true],
    ['+/b', 'a/b', true],
    ['$SYS/#', '$SYS/+', true],
    ['a/+', 'a/#', false],
    ['a/+/#', 'a/#', false],
    ['#', '$SYS/a', false],
    ['+/a', '$SYS/a', false],
    ['a/b', 'a/+', false],
    ['a', 'b', false],
  ])('%s covers %s: %s', (wide, narrow, expected) => expect(covers(wide, narrow)).toBe(expected));

  it.each([
    ['a/+', '+/b', true],
    ['a/#', 'a', true],
    ['pinbus/v1/porch/#', 'pinbus/v1/+/+/set', true],
    ['a/b', 'a/c', false],
    ['+', '+/+', false],
    ['#', '$SYS/#', false],
    ['a/+/c', 'a/#', true],
  ])('%s overlaps %s: %s', (a, b, expected) => expect(overlaps(a, b)).toBe(expected));
});
