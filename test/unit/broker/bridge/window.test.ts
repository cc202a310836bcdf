import { expect, test } from 'vitest';
import { Window } from '../../../../src/broker/bridge/window.ts';
import type { OutboxEntry } from '../../../../src/broker/outbox/outbox.ts';

const entry = (sequence: number, bytes = 100): OutboxEntry => ({
  sequence,
  message: { topic: 'lamp', payload: Buffer.alloc(0), qos: 1, retain: false },
  written_at: 0,
  bytes,
});

test('a message counts until it is off the disk, answered or not', () => {
  const window = new Window();
  const sent = [window.enter(entry(1)), window.enter(entry(2))];
  for (const each of sent) window.answered(each);
  expect(window.hasRoomFor(entry(3), 2)).toBe(false);
  window.leave([entry(1)]);
  expect(window.hasRoomFor(entry(3), 2)).toBe(true);
  window.leave([entry(2)]);
  expect(window.isEmpty).toBe(true);
});

test('a message larger than all that may be on its way goes alone', () => {
  const window = new Window();
  expect(window.hasRoomFor(entry(1, 1e9), 200)).toBe(true);
  window.enter(entry(1, 1e9));
  expect(window.hasRoomFor(entry(2), 200)).toBe(false);
});

test('what is not answered is known in the order it was sent, however much was answered behind it', () => {
  const window = new Window();
  const [first, second] = [window.enter(entry(5)), window.enter(entry(3))];
  for (let sequence = 10; sequence < 10_000; sequence++) window.answered(window.enter(entry(sequence)));
  window.enter(entry(7));
  const unanswered = () => window.unanswered.map(({ sequence }) => sequence);
  expect(unanswered()).toEqual([5, 3, 7]);
  window.answered(first);
  expect(unanswered()).toEqual([3, 7]);
  window.answered(second);
  expect(unanswered()).toEqual([7]);
});
