import { expect, test } from 'vitest';
import { Excess } from '../../../../src/broker/bridge/excess.ts';

const refuse = (excess: Excess, sequence: number, times: number) =>
  Array.from({ length: times }, () => excess.refused(sequence));

test('a quota that holds for all condemns nobody, however long it lasts', () => {
  const excess = new Excess();
  expect(refuse(excess, 1, 50)).not.toContain(true);
  for (let round = 0; round < 50; round++) expect([excess.refused(2), excess.refused(1)]).toEqual([false, false]);
});

test('who was refused three times lets others go first, and is judged by what comes once they are taken', () => {
  const excess = new Excess();
  refuse(excess, 1, 2);
  expect(excess.doubts(1)).toBe(false);
  refuse(excess, 1, 1);
  expect(excess.doubts(1)).toBe(true);
  excess.taken(2);
  expect(excess.doubts(1)).toBe(false);
  expect(excess.refused(1)).toBe(true);
});

test('who is taken in the end is cleared', () => {
  const excess = new Excess();
  refuse(excess, 1, 3);
  excess.taken(2);
  excess.taken(1);
  expect(refuse(excess, 1, 2)).toEqual([false, false]);
  expect(excess.doubts(1)).toBe(false);
});

test('a quota that is exceeded again gives those that are doubted another chance', () => {
  const excess = new Excess();
  refuse(excess, 1, 3);
  excess.taken(2);
  excess.refused(3);
  expect(excess.doubts(1)).toBe(true);
  expect(excess.refused(1)).toBe(false);
});

test('several that are too much are found beside each other', () => {
  const excess = new Excess();
  for (let round = 0; round < 3; round++) for (const sequence of [1, 2]) excess.refused(sequence);
  excess.taken(3);
  expect([excess.refused(1), excess.refused(2)]).toEqual([true, true]);
});

test('what is remembered is bounded', () => {
  const excess = new Excess();
  refuse(excess, 0, 3);
  for (let sequence = 1; sequence <= 100; sequence++) excess.refused(sequence);
  expect(excess.doubts(0)).toBe(false);
});
