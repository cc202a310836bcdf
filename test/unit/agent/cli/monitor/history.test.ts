import { expect, test } from 'vitest';
import { History } from '../../../../../src/agent/cli/monitor/history.ts';
import { Rate } from '../../../../../src/agent/cli/monitor/rate.ts';
import { blocks, sparkline } from '../../../../../src/agent/cli/monitor/sparkline.ts';

test('a step without a message holds the value before it', () => {
  const history = new History();
  history.record(5, 1_000);
  history.record(7, 4_000);
  expect(history.series(6, 5_500)).toEqual([undefined, 5, 5, 5, 7, 7]);
});

test('a press that is shorter than a step is seen', () => {
  const history = new History();
  history.record(0, 1_000);
  history.record(1, 2_100);
  history.record(0, 2_200);
  expect(history.series(3, 3_000)).toEqual([0, 1, 0]);
});

test('what was before the oldest step on show is held as well', () => {
  const history = new History();
  history.record(3, 1_000);
  expect(history.series(2, 100_000)).toEqual([3, 3]);
});

test('a million values take no more room than two minutes', () => {
  const history = new History();
  for (let at = 0; at < 1_000_000; at += 1) history.record(at, at * 100);
  expect(history.series(200, 999_999 * 100).filter((value) => value !== undefined).length).toBeLessThanOrEqual(120);
});

test('a curve runs from its lowest to its highest value', () => {
  expect(sparkline([undefined, 0, 1, 2, 3, 4, 5, 6, 7])).toBe(' ▁▂▃▄▅▆▇█');
  expect(sparkline([4, 4])).toBe('▄▄');
  expect(sparkline([undefined])).toBe(' ');
  expect(sparkline([0.5], { low: 0, high: 1 })).toBe('▅');
});

test('on and off are blocks', () => {
  expect(blocks([undefined, 0, 1, 1, 0])).toBe(' ▁██▁');
});

test('a rate is over the full seconds that were watched, ten at most', () => {
  const rate = new Rate();
  expect(rate.perSecond(500)).toBe(0);
  for (let at = 0; at < 4_000; at += 100) rate.count(at);
  expect(rate.perSecond(4_000)).toBe(10);
  expect(rate.perSecond(30_000)).toBe(0);
});
