import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytes, milliseconds } from '#topics';
import {
  duration,
  formatDuration,
  formatSize,
  line,
  parseDuration,
  parseSize,
  size,
} from '../../../../src/agent/platforms/fields.ts';

describe('durations', () => {
  test.each([
    ['50ms', 50],
    ['3s', 3_000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['0s', 0],
  ])('%s is %i ms', (text, value) => expect(parseDuration(text)).toBe(value));

  test.each(['', '5', 's', '-1s', '1 s', '1S', '1e3s', '0x1s', '1s ', '1w', '1000000000s'])('"%s" is none', (text) =>
    expect(parseDuration(text)).toBeUndefined(),
  );

  test('what is formatted is read back as the same', () => {
    fc.assert(
      fc.property(fc.nat({ max: 999_999_999 }), (value) => {
        expect(parseDuration(formatDuration(milliseconds(value)))).toBe(value);
      }),
    );
  });

  test('one outside of its range is told the range, one that is none the form', () => {
    const schema = duration({ min: '1s', max: '5m' });
    expect(schema.parse('5m')).toBe(300_000);
    expect(schema.safeParse('6m').error?.issues).toMatchObject([{ message: 'must be 1s to 5m' }]);
    expect(schema.safeParse('soon').error?.issues).toMatchObject([
      { message: 'must be a duration such as 50ms, 3s, 5m, 2h or 7d' },
    ]);
  });
});

describe('sizes', () => {
  test.each([
    ['512B', 512],
    ['64MiB', 67_108_864],
    ['1.5GiB', 1_610_612_736],
  ])('%s is %i bytes', (text, value) => expect(parseSize(text)).toBe(value));

  test.each(['64', '64MB', '64 MiB', '-1B', 'MiB'])('"%s" is none', (text) => expect(parseSize(text)).toBeUndefined());

  test('what is formatted is read back as the same', () => {
    fc.assert(
      fc.property(fc.nat({ max: 999_999_999 }), (value) => {
        expect(parseSize(formatSize(bytes(value)))).toBe(value);
      }),
    );
  });

  test('one outside of its range is told the range', () => {
    expect(size({ min: '1MiB' }).safeParse('1KiB').error?.issues).toMatchObject([
      { message: expect.stringContaining('must be 1MiB to') as string },
    ]);
  });
});

test('a line is a number or a name, nothing else', () => {
  for (const good of [0, 23, 'GPIO23', 'ID_SDA']) expect(line.safeParse(good).success).toBe(true);
  for (const bad of [-1, 1.5, 512, '', '23', 'a b', null, true]) expect(line.safeParse(bad).success).toBe(false);
});
