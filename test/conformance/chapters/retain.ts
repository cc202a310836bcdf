import { expect } from 'vitest';
import { until } from '../../rigs/until.ts';
import type { Statement } from '../statement.ts';
import { subscription } from '../subscription.ts';

/** Chapter 3.3.1.3: retained messages. */
export const retain: readonly Statement[] = [
  {
    v3: ['3.3.1-5', '3.3.1-6', '3.3.1-7', '3.3.1-8'],
    v5: ['3.3.1-5', '3.3.1-9'],
    says: 'the last retained message of a topic is stored and sent to new subscriptions, with retain set',
    check: async (broker) => {
      const publisher = await broker.connected();
      publisher.publish(broker.topic, 'old', { qos: 1, retain: true });
      publisher.publish(broker.topic, 'new', { qos: 0, retain: true });
      await publisher.settled();
      const client = await broker.connected();
      await client.subscribe(broker.topic);
      await client.packet('publish');
      await client.settled();
      expect(client.all('publish').map(({ payload, retain }) => [payload.toString(), retain])).toEqual([['new', true]]);
    },
  },
  {
    v3: ['3.3.1-10', '3.3.1-11'],
    v5: ['3.3.1-6', '3.3.1-7'],
    says: 'an empty retained message is delivered, removes what was retained and is not stored',
    check: async (broker) => {
      const publisher = await broker.connected();
      await publisher.subscribe(broker.topic);
      publisher.publish(broker.topic, 'kept', { retain: true });
      publisher.publish(broker.topic, '', { retain: true });
      await until('both', () => publisher.payloads().length === 2);
      expect(publisher.payloads()).toEqual(['kept', '']);
      const late = await broker.connected();
      await late.subscribe(broker.topic);
      await late.settled();
      expect(late.payloads()).toEqual([]);
    },
  },
  {
    v3: '3.3.1-12',
    v5: '3.3.1-8',
    says: 'a message without retain changes nothing that is retained',
    check: async (broker) => {
      const client = await broker.connected();
      client.publish(broker.topic, 'kept', { retain: true });
      client.publish(broker.topic, 'live');
      client.publish(broker.topic, '');
      await client.settled();
      await client.subscribe(broker.topic);
      await client.packet('publish');
      expect(client.payloads()).toEqual(['kept']);
    },
  },
  {
    v5: ['3.3.1-10', '3.3.1-11'],
    says: 'retain handling 1 sends retained messages to new subscriptions alone, 2 to none',
    check: async (broker) => {
      const client = await broker.connected();
      client.publish(broker.topic, 'kept', { retain: true });
      await client.settled();
      await client.subscribe(subscription(broker, broker.topic, 0, { rh: 2 }));
      await client.settled();
      expect(client.payloads()).toEqual([]);
      await client.subscribe(subscription(broker, broker.topic, 0, { rh: 1 }));
      await client.settled();
      expect(client.payloads()).toEqual([]);
      const other = await broker.connected();
      await other.subscribe(subscription(broker, broker.topic, 0, { rh: 1 }));
      expect((await other.packet('publish')).retain).toBe(true);
    },
  },
  {
    v3: '3.3.1-9',
    v5: '3.3.1-12',
    says: 'established subscriptions get messages without retain',
    check: async (broker) => {
      const client = await broker.connected();
      await client.subscribe(broker.topic);
      client.publish(broker.topic, 'x', { retain: true });
      expect((await client.packet('publish')).retain).toBe(false);
    },
  },
  {
    v5: '3.3.1-13',
    says: 'with retain as published they get the flag as it was set',
    check: async (broker) => {
      const client = await broker.connected();
      await client.subscribe(subscription(broker, broker.topic, 0, { rap: true }));
      client.publish(broker.topic, 'x', { retain: true });
      client.publish(broker.topic, 'y');
      await client.settled();
      expect(client.all('publish').map(({ retain }) => retain)).toEqual([true, false]);
    },
  },
];
