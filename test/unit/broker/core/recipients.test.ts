import { expect, test } from 'vitest';
import { mergeRecipients } from '../../../../src/broker/core/recipients.ts';
import type { Subscriber, Subscription } from '../../../../src/broker/core/subscriber.ts';

const subscriber = (clientId: string | undefined, reads = true): Subscriber => ({
  clientId,
  mayRead: () => reads,
  deliver: () => {},
});
const to = (subscriber: Subscriber, rest: Partial<Subscription> = {}): Subscription => ({
  subscriber,
  qos: 0,
  noLocal: false,
  retainAsPublished: false,
  ...rest,
});

test('one recipient for each subscriber, with the most of what it asked for', () => {
  const one = subscriber('one');
  const two = subscriber('two');
  const { all, own } = mergeRecipients('a', [
    to(one, { qos: 1, identifier: 5 }),
    to(two),
    to(one, { qos: 2, retainAsPublished: true }),
    to(one, { identifier: 6 }),
  ]);
  expect(all).toEqual([
    { subscriber: one, qos: 2, retainAsPublished: true, identifiers: [5, 6] },
    { subscriber: two, qos: 0, retainAsPublished: false },
  ]);
  expect(own).toBeUndefined();
});

test('who may not read is no recipient', () => {
  expect(mergeRecipients('a', [to(subscriber('one', false))]).all).toEqual([]);
});

test('of its own messages a client gets what its filters without no-local ask for', () => {
  const one = subscriber('one');
  const two = subscriber('two');
  const { all, own } = mergeRecipients('a', [
    to(one, { qos: 2, noLocal: true, identifier: 1 }),
    to(one, { qos: 1, identifier: 2 }),
    to(two, { noLocal: true }),
  ]);
  expect(all).toHaveLength(2);
  expect(own?.get('one')).toMatchObject({ qos: 1, identifiers: [2] });
  expect(own?.has('two')).toBe(true);
  expect(own?.get('two')).toBeUndefined();
});
