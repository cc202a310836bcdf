import { expect } from 'vitest';
import { byte, packet, properties, subscribeBytes, uint16, unsubscribeBytes } from '../../rigs/raw-packet.ts';
import { until } from '../../rigs/until.ts';
import type { Statement } from '../statement.ts';
import { subscription } from '../subscription.ts';

/** Chapters 3.8 to 3.11: SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK. */
export const subscribe: readonly Statement[] = [
  {
    v3: ['3.8.3-1', '3.10.3-1'],
    v5: ['3.8.3-1', '3.10.3-1'],
    says: 'topic filters are UTF-8',
    check: async (broker) => {
      const bad = Buffer.from([0x61, 0xc3, 0x28]);
      for (const bytes of [subscribeBytes(broker.version, 1, [[bad, 0]]), unsubscribeBytes(broker.version, 1, [bad])]) {
        const client = await broker.connected();
        client.send(bytes);
        await broker.refused(client, 0x81);
      }
    },
  },
  { v3: '3.8.3-2', says: 'a server without wildcards refuses them', untested: 'pinbus serves wildcards' },
  {
    v3: ['3.8.3-3', '3.10.3-2'],
    v5: ['3.8.3-2', '3.10.3-2'],
    says: 'a SUBSCRIBE and an UNSUBSCRIBE have a filter at least',
    check: async (broker) => {
      for (const header of [0x82, 0xa2]) {
        const client = await broker.connected();
        client.send(packet(header, uint16(1), properties(broker.version)));
        await broker.refused(client, 0x81, 0x82);
      }
    },
  },
  {
    v3: '3.8.3-4',
    v5: '3.8.3-5',
    says: 'reserved bits of the options and QoS 3 end the connection',
    check: async (broker) => {
      for (const options of broker.version === 4 ? [0x03, 0x04, 0x80] : [0x03, 0x40, 0x80, 0x30]) {
        const client = await broker.connected();
        client.send(subscribeBytes(broker.version, 1, [[broker.topic, options]]));
        await broker.refused(client, 0x81, 0x82);
      }
    },
  },
  {
    v5: '3.8.3-3',
    says: 'with no-local a client does not get what it published itself',
    check: async (broker) => {
      const client = await broker.connected();
      await client.subscribe(subscription(broker, broker.topic, 1, { nl: true }));
      const other = await broker.connected();
      client.publish(broker.topic, 'own', { qos: 1 });
      await client.packet('puback');
      other.publish(broker.topic, 'of others', { qos: 1 });
      await client.packet('publish');
      expect(client.payloads()).toEqual(['of others']);
    },
  },
  {
    v5: '3.8.3-4',
    says: 'no-local on a shared subscription is a Protocol Error',
    check: async (broker) => {
      const client = await broker.connected();
      client.send(subscribeBytes(5, 1, [[`$share/g/${broker.topic}`, 0x04]]));
      await broker.refused(client, 0x82);
    },
    mosquitto: '2.0.11 takes it',
  },
  {
    v3: ['3.8.4-1', '3.8.4-2', '3.8.4-4', '3.8.4-5', '3.9.3-1', '3.9.3-2'],
    v5: ['3.8.4-1', '3.8.4-2', '3.8.4-5', '3.8.4-6', '3.8.4-7', '3.9.3-1', '3.9.3-2'],
    says: 'one SUBACK answers a SUBSCRIBE, with its identifier and a code for each filter in their order',
    check: async (broker) => {
      const client = await broker.connected();
      const { topic, version } = broker;
      client.send(
        subscribeBytes(version, 0x0307, [
          [`${topic}/a`, 2],
          [`${topic}/b`, 0],
          [`${topic}/c`, 1],
        ]),
      );
      const suback = await client.packet('suback');
      expect([suback.messageId, suback.granted]).toEqual([0x0307, [2, 0, 1]]);
      await client.settled();
      expect(client.all('suback')).toHaveLength(1);
    },
  },
  {
    v3: '3.8.4-3',
    v5: ['3.8.4-3', '3.8.4-4'],
    says: 'the same filter again replaces the subscription, sends the retained messages again, and loses nothing',
    check: async (broker) => {
      const publisher = await broker.connected();
      publisher.publish(broker.topic, 'kept', { qos: 1, retain: true });
      await publisher.packet('puback');
      const client = await broker.connected();
      await client.subscribe(subscription(broker, broker.topic, 0));
      await client.packet('publish');
      await client.subscribe(subscription(broker, broker.topic, 1));
      await until('again', () => client.payloads().length === 2);
      publisher.publish(broker.topic, 'live', { qos: 1 });
      const live = await client.packet('publish', ({ payload }) => payload.toString() === 'live');
      expect(live.qos).toBe(1);
      await client.settled();
      expect(client.payloads()).toEqual(['kept', 'kept', 'live']);
    },
  },
  {
    v3: '3.8.4-6',
    v5: '3.8.4-8',
    says: 'a message comes at the lower of its QoS and the granted one',
    check: async (broker) => {
      const client = await broker.connected();
      const levels = [0, 1, 2] as const;
      for (const qos of levels) await client.subscribe(subscription(broker, `${broker.topic}/${qos}`, qos));
      for (const granted of levels) {
        for (const qos of levels) client.publish(`${broker.topic}/${granted}`, `${granted}${qos}`, { qos });
      }
      await until('all', () => client.payloads().length === 9);
      for (const { payload, qos } of client.all('publish')) {
        const [granted = 0, published = 0] = payload.toString().split('').map(Number);
        expect(qos, payload.toString()).toBe(Math.min(granted, published));
      }
    },
  },
  {
    v5: ['3.9.2-1', '3.9.2-2', '3.11.2-1', '3.11.2-2'],
    says: 'no reason string or user property makes a SUBACK or UNSUBACK larger than the client takes',
    check: async (broker) => {
      const client = await broker.connected({ properties: { maximumPacketSize: 20 } });
      client.send(subscribeBytes(5, 1, [[broker.topic, 0]]), unsubscribeBytes(5, 2, [broker.topic]));
      await client.packet('suback');
      await client.packet('unsuback');
      expect(client.bytes.length - 20).toBeLessThan(40);
    },
  },
  {
    v3: ['3.10.4-1', '3.10.4-2', '3.10.4-4'],
    v5: ['3.10.4-1', '3.10.4-2', '3.10.4-4', '3.11.3-1', '3.11.3-2'],
    says: 'an UNSUBSCRIBE ends the subscription of exactly that filter, and is answered with its identifier',
    check: async (broker) => {
      const { topic, version } = broker;
      const client = await broker.connected();
      await client.subscribe(`${topic}/a`, `${topic}/A`, `${topic}/+`);
      client.send(unsubscribeBytes(version, 0x0207, [`${topic}/+`, `${topic}/a`, `${topic}/none`]));
      const unsuback = await client.packet('unsuback');
      expect(unsuback.messageId).toBe(0x0207);
      if (version === 5) expect(unsuback.granted).toEqual([0, 0, 0x11]);
      client.publish(`${topic}/a`, 'a');
      client.publish(`${topic}/A`, 'A');
      await client.settled();
      expect(client.payloads()).toEqual(['A']);
    },
  },
  {
    v3: '3.10.4-3',
    v5: '3.10.4-3',
    says: 'what is on its way at QoS 1 and 2 is completed after an UNSUBSCRIBE',
    check: async (broker) => {
      const client = await broker.connected({}, false);
      await client.subscribe(subscription(broker, broker.topic, 2));
      const other = await broker.connected();
      other.publish(broker.topic, 'x', { qos: 2 });
      const { messageId = 0 } = await client.packet('publish');
      client.send(unsubscribeBytes(broker.version, 9, [broker.topic]));
      await client.packet('unsuback');
      client.send({ cmd: 'pubrec', messageId, reasonCode: 0 });
      expect((await client.packet('pubrel')).messageId).toBe(messageId);
    },
  },
  {
    v3: ['3.10.4-5', '3.10.4-6'],
    v5: ['3.10.4-5', '3.10.4-6'],
    says: 'one UNSUBACK answers an UNSUBSCRIBE, also when nothing of it was subscribed',
    check: async (broker) => {
      const client = await broker.connected();
      client.send(unsubscribeBytes(broker.version, 3, [broker.topic, `${broker.topic}/b`]));
      await client.packet('unsuback');
      await client.settled();
      expect(client.all('unsuback')).toHaveLength(1);
    },
  },
  {
    v3: '3.12.4-1',
    v5: '3.12.4-1',
    says: 'a PINGREQ is answered with a PINGRESP',
    check: async (broker) => {
      const client = await broker.connected();
      client.bytes = Buffer.alloc(0);
      client.send(byte(0xc0, 0));
      await client.packet('pingresp');
      expect(client.bytes.toString('hex')).toBe('d000');
    },
  },
];
