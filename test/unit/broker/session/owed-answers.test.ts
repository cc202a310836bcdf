import { expect, test } from 'vitest';
import { LIMITS } from '../../../../src/broker/limits.ts';
import { OwedAnswers } from '../../../../src/broker/session/owed-answers.ts';

test('answers that wait for the disk are bounded for each session, and given in their order', () => {
  const owed = new OwedAnswers<string>();
  const given: number[] = [];
  for (let at = 0; at < LIMITS.owed_answers; at++) expect(owed.add('a', () => given.push(at))).toBe(true);
  expect(owed.add('a', () => given.push(-1))).toBe(false);
  expect(owed.add('b', () => given.push(-2))).toBe(true);
  for (const answer of owed.take('a')) answer();
  expect(given).toEqual(Array.from({ length: LIMITS.owed_answers }, (_unused, at) => at));
  expect(owed.take('a')).toEqual([]);
  expect(owed.add('a', () => {})).toBe(true);
});
