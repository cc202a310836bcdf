import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  duration,
  formatDuration,
  formatSize,
  parseDuration,
  parseSize,
  size,
} from '../../../../src/agent/platforms/fields.ts';
import { respell } from '../../../../src/agent/config/respell.ts';
import { bytes, milliseconds } from '#topics';

const MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const BYTES = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };

describe('durations', () => {
  it('read back as they were written', () => {
    fc.assert(
      fc.property(fc.nat({ max: 999_999_999 }), (value) => {
        expect(parseDuration(formatDuration(milliseconds(value)))).toBe(value);
      }),
    );
  });

  it('are their count times their unit', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1_000_000 }), fc.constantFrom('ms', 's', 'm', 'h', 'd'), (count, unit) => {
        expect(parseDuration(`${count}${unit}`)).toBe(count * MS[unit]);
      }),
    );
  });

  it('are refused, and never throw, whatever else the text is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/^\d+(\.\d+)?(ms|s|m|h|d)$/.test(text));
        expect(parseDuration(text)).toBeUndefined();
        expect(duration().safeParse(text).success).toBe(false);
      }),
    );
  });

  it('are taken exactly within their range', () => {
    const schema = duration({ min: '10ms', max: '1s' });
    fc.assert(
      fc.property(fc.nat({ max: 3_000 }), (value) => {
        expect(schema.safeParse(`${value}ms`).success).toBe(value >= 10 && value <= 1_000);
      }),
    );
  });
});

describe('sizes', () => {
  it('read back as they were written', () => {
    fc.assert(
      fc.property(fc.nat({ max: 999_999_999 }), (value) => {
        expect(parseSize(formatSize(bytes(value)))).toBe(value);
      }),
    );
  });

  it('are their count times their unit', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1_000 }), fc.constantFrom('B', 'KiB', 'MiB', 'GiB', 'TiB'), (count, unit) => {
        expect(parseSize(`${count}${unit}`)).toBe(count * BYTES[unit]);
      }),
    );
  });

  it('are refused, and never throw, whatever else the text is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/^\d+(\.\d+)?(B|KiB|MiB|GiB|TiB)$/.test(text));
        expect(size().safeParse(text).success).toBe(false);
      }),
    );
  });
});

describe('respelling', () => {
  it('only ever suggests what is accepted', () => {
    const accepts = (text: string): boolean => parseDuration(text) !== undefined;
    fc.assert(
      fc.property(fc.string(), (text) => {
        const suggestion = respell(text, accepts);
        expect(suggestion === undefined || accepts(suggestion)).toBe(true);
      }),
    );
  });

  it.each([
    ['10 min', '10m'],
    ['7days', '7d'],
    ['50 MS', '50ms'],
    [' 3s ', '3s'],
    ['1.5 hours', '1.5h'],
  ])('takes %j for %j', (text, meant) => {
    expect(respell(text, (candidate) => parseDuration(candidate) !== undefined)).toBe(meant);
  });
});
