import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from '../../../../src/agent/config/spelling.ts';

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), maxLength: 12 });

describe('the distance between two words', () => {
  it('is zero for equal ones alone, and the same both ways', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, b)).toBe(editDistance(b, a));
      }),
    );
  });

  it('is at least the difference of their lengths and at most the longer one', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });

  it.each([
    ['debonce', 'debounce', 1],
    ['debuonce', 'debounce', 1],
    ['debounce', 'debounce', 0],
    ['binary_sensr', 'binary_sensor', 1],
    ['', 'abc', 3],
  ])('from %j to %j is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });
});

describe('the nearest word', () => {
  const keys = ['platform', 'line', 'debounce', 'device_class', 'off', 'on', 'warn', 'pull_up'];

  it.each([
    ['debonce', 'debounce'],
    ['device-class', 'device_class'],
    ['DeviceClass', 'device_class'],
    ['pullup', 'pull_up'],
    ['plattform', 'platform'],
    ['of', 'off'],
    ['warning', 'warn'],
  ])('to %j is %j', (found, meant) => {
    expect(nearest(found, keys)).toBe(meant);
  });

  it.each(['brightness', 'x', '', 'zzzzzz'])('to %j is none', (found) => {
    expect(nearest(found, keys)).toBeUndefined();
  });

  it('finds each word with one letter lost', () => {
    fc.assert(
      fc.property(fc.constantFrom('platform', 'debounce', 'device_class'), fc.nat(), (key, at) => {
        const cut = at % key.length;
        expect(nearest(key.slice(0, cut) + key.slice(cut + 1), keys)).toBe(key);
      }),
    );
  });

  it('is found quickly however long the word is', () => {
    const started = performance.now();
    expect(nearest('x'.repeat(1_000_000), keys)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
