import { expect, test } from 'vitest';
import { BoundedQueue } from '../../../../src/broker/session/queue.ts';

const BOUNDS = { queue_messages: 3, queue_bytes: 10 };
const WIDE = { queue_messages: 1e6, queue_bytes: 1e6 };
const item = (id: number, bytes = 1): { id: number; bytes: number } => ({ id, bytes });

test('what does not fit by count or bytes pushes the oldest out, and how many is said', () => {
  const queue = new BoundedQueue<{ id: number; bytes: number }>();
  expect([1, 2, 3].map((id) => queue.push(item(id), BOUNDS))).toEqual([0, 0, 0]);
  expect(queue.push(item(4), BOUNDS)).toBe(1);
  expect(queue.push(item(5, 9), BOUNDS)).toBe(2);
  expect([...queue].map(({ id }) => id)).toEqual([4, 5]);
  expect(queue.bytes).toBe(10);
  expect(queue.push(item(6, 100), BOUNDS)).toBe(2);
  expect([...queue].map(({ id }) => id)).toEqual([6]);
});

test('first in is first out over many rounds, and nothing is kept of what left', () => {
  const queue = new BoundedQueue<{ id: number; bytes: number }>();
  let next = 0;
  let expected = 0;
  for (let round = 0; round < 5_000; round++) {
    for (let i = 0; i < 5; i++) queue.push(item(next++), WIDE);
    for (let i = 0; i < 5; i++) expect(queue.shift()?.id).toBe(expected++);
  }
  expect(queue.shift()).toBeUndefined();
  expect([queue.length, queue.bytes]).toEqual([0, 0]);
});
