import { describe, expect, test } from 'vitest';
import type { PartsAnswer } from '../../../../../src/agent/cli/history/answer.ts';
import { plot, plotColumns } from '../../../../../src/agent/cli/history/plot.ts';

const BEGIN = new Date(2026, 10, 21, 12).getTime();
const HOUR = 3_600_000;
const at = (hour: number) => new Date(BEGIN + hour * HOUR).toISOString();

type Part = PartsAnswer['parts'][number];
const answer = (parts: readonly Part[], rest: Partial<PartsAnswer> = {}): PartsAnswer => ({
  entity: 'it',
  since: at(0),
  until: at(20),
  ...rest,
  parts: [...parts],
});
const draw = (of: PartsAnswer) => plot(of, 20, HOUR).split('\n');
const measured = (hour: number, mean: number): Part => ({
  at: at(hour),
  count: 1,
  min: mean,
  mean,
  max: mean,
  last: mean,
});

describe('what is on or off', () => {
  test('is a strip, where each state holds until the next', () => {
    const lines = draw(
      answer(
        [
          { at: at(5), count: 1, last: 'ON' },
          { at: at(10), count: 2, last: 'ON' },
          { at: at(15), count: 1, last: null },
        ],
        { before: { at: at(-1), value: 'OFF' } },
      ),
    ); // prettier-ignore
    expect(lines).toEqual([
      'it, recorded 4 times',
      '    ON █  ▁▁▁▁▁▄████▄████     ',
      '          12:00   22:00  08:00',
      '',
    ]);
  });

  test('may be the state of a light', () => {
    const lines = draw(answer([{ at: at(0), count: 1, last: '{"state":"ON","brightness":12}' }]));
    expect(lines[1]).toBe(`    ON █  ${'█'.repeat(20)}`);
  });

  test('is a space where nobody knows', () => {
    expect(draw(answer([{ at: at(18), count: 1, last: 'OFF' }]))[1]).toBe(`    ON █  ${' '.repeat(18)}▁▁`);
  });
});

test('what happens is drawn by how often', () => {
  const lines = draw(answer([{ at: at(2), count: 7, last: '{"event_type":"press"}' }]));
  expect(lines[1]).toBe(`     0-7  ▁▁█${'▁'.repeat(17)}`);
});

describe('measurements', () => {
  test('are a curve from the least to the most, and hold until the next', () => {
    const lines = draw(answer([measured(0, 10), measured(10, 20), measured(19, 15)], { unit: '°C' }));
    expect(lines[0]).toBe('it in °C, recorded 3 times');
    expect(lines[1]).toBe(`      20  ${' '.repeat(10)}█████████ `);
    expect(lines[8]).toBe(`      10  ${'▁'.repeat(10)}██████████`);
    expect(lines).toHaveLength(11);
  });

  test('have a gap where there were none', () => {
    const lines = draw(answer([{ at: at(10), count: 1, last: null }, measured(12, 3)], { unit: 'V' })); // prettier-ignore
    expect(lines[8]).toBe(`       3  ${' '.repeat(12)}▁▁▁▁▁▁▁▁`);
  });

  test('that are missing altogether are said to be', () => {
    expect(draw(answer([], { unit: 'V' }))[1]).toContain('nothing was measured');
  });
});

test('the time axis has days where the span is longer than one', () => {
  const long = { ...answer([]), until: at(20 * 24) };
  expect(plot(long, 60, 8 * HOUR)).toContain('11-21 12:00');
});

test('a plot is as wide as the terminal, within reason', () => {
  expect([10, 80, 1_000].map(plotColumns)).toEqual([20, 70, 200]);
});
