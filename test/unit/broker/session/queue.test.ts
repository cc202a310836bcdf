import { expect, test } from 'vitest';
import { BoundedQueue } from '../../../../src/broker/session/queue.ts';

const item = (id: number, bytes = 1): { id: number; bytes: number } => ({ id, bytes });

test('what does not fit by count or bytes pushes the oldest out, and how many is said', () => {
  const queue = new BoundedQueue<{ id: number; bytes: number }>(3, 10);
  expect([1, 2, 3].map((id) => queue.push(item(id)))).toEqual([0, 0, 0]);
  expect(queue.push(item(4))).toBe(1);
  expect(queue.push(item(5, 9))).toBe(2);
  expect([...queue].map(({ id }) => id)).toEqual([4, 5]);
  expect(queue.bytes).toBe(10);
  expect(queue.push(item(6, 100))).toBe(2);
  expect([...queue].map(({ id }) => id)).toEqual([6]);
});

test('first in is first out over many rounds, and nothing is kept of what left', () => {
  const queue = new BoundedQueue<{ id: number; bytes: number }>(1e6, 1e6);
  let next = 0;
  let expected = 0;
  for (let round = 0; round < 5_000; round++) {
    for (let i = 0; i < 5; i++) queue.push(item(next++));
    for (let i = 0; i < 5; i++) expect(queue.shift()?.id).toBe(expected++);
  }
  expect(queue.shift()).toBeUndefined();
  expect([queue.length, queue.bytes]).toEqual([0, 0]);
});
