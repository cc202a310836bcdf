import { expect, test } from 'vitest';
import { Hub } from '../../../../src/broker/core/hub.ts';
import { Publication } from '../../../../src/broker/core/publication.ts';
import type { Subscriber, Subscription } from '../../../../src/broker/core/subscriber.ts';

const publication = (topic: string, hub: Hub): Publication =>
  new Publication({ topic, payload: Buffer.alloc(0), qos: 0, retain: false }, { kind: 'agent', id: '' }, hub.depth);

function subscription(deliver: (publication: Publication) => void): Subscription {
  const subscriber: Subscriber = { clientId: undefined, mayRead: () => true, deliver };
  return { subscriber, qos: 2, noLocal: false, retainAsPublished: false };
}

test('a publish out of a delivery waits for its end, so that everybody sees one order', () => {
  const hub = new Hub();
  const first: string[] = [];
  const second: string[] = [];
  hub.add(
    '#',
    subscription(({ message }) => {
      first.push(message.topic);
      if (message.topic === 'a') hub.emit({ properties: publication('b', hub) }, () => {});
    }),
  );
  hub.add(
    '#',
    subscription(({ message }) => second.push(message.topic)),
  );
  hub.emit({ properties: publication('a', hub) }, () => {});
  expect(first).toEqual(['a', 'b']);
  expect(second).toEqual(['a', 'b']);
});

test('100,000 deliveries in a chain do not recurse', () => {
  const hub = new Hub();
  let left = 100_000;
  hub.add(
    'a',
    subscription(() => {
      if (--left > 0) hub.emit({ properties: publication('a', hub) }, () => {});
    }),
  );
  hub.emit({ properties: publication('a', hub) }, () => {});
  expect(left).toBe(0);
});

test('recipients follow every change of the subscriptions', () => {
  const hub = new Hub();
  let got = 0;
  const one = subscription(() => got++);
  const emit = (): void => hub.emit({ properties: publication('a', hub) }, () => {});
  emit();
  hub.add('a', one);
  emit();
  hub.remove('a', one);
  emit();
  expect(got).toBe(1);
});

test('what Aedes says to a cluster is answered and goes nowhere', () => {
  const hub = new Hub();
  let got = 0;
  hub.add(
    '$SYS/#',
    subscription(() => got++),
  );
  let answered = false;
  hub.emit({}, () => {
    answered = true;
  });
  expect([got, answered]).toEqual([0, true]);
});
