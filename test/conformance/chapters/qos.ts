import { expect } from 'vitest';
import { byte, packet, uint16 } from '../../rigs/raw-packet.ts';
import { until } from '../../rigs/until.ts';
import { CLIENT, type Statement } from '../statement.ts';
import { subscription } from '../subscription.ts';

/** Chapters 3.4 to 3.7, 4.3, 4.4 and 4.6: acknowledgements, delivery, order. */
export const qos: readonly Statement[] = [
  {
    v5: ['3.4.2-1', '3.5.2-1', '3.6.2-1', '3.7.2-1'],
    says: 'acknowledgements have reason codes of their tables',
    check: async (broker) => {
      for (const bytes of [
        packet(0x40, uint16(1), byte(0x01)),
        packet(0x50, uint16(1), byte(0x92)),
        packet(0x62, uint16(1), byte(0x10)),
        packet(0x70, uint16(1), byte(0x97)),
      ]) {
        const client = await broker.connected();
        client.send(bytes);
        await broker.refused(client, 0x81, 0x82);
      }
      const client = await broker.connected();
      client.publish(broker.topic, 'x', { qos: 1 });
      expect((await client.packet('puback')).reasonCode).toBeOneOf([0x00, 0x10]);
      client.publish('$SYS/conformance/a', 'x', { qos: 1, messageId: 9 });
      expect((await client.packet('puback', ({ messageId }) => messageId === 9)).reasonCode).toBe(0x87);
    },
    mosquitto: '2.0.11 takes unknown reason codes',
  },
  {
    v5: ['3.4.2-2', '3.4.2-3', '3.5.2-2', '3.5.2-3', '3.6.2-2', '3.6.2-3', '3.7.2-2', '3.7.2-3'],
    says: 'no reason string or user property makes an acknowledgement larger than the client takes',
    check: async (broker) => {
      const client = await broker.connected({ properties: { maximumPacketSize: 20 } }, false);
      client.bytes = Buffer.alloc(0);
      client.publish('$SYS/conformance/a', 'x', { qos: 1, messageId: 9 });
      client.publish(broker.topic, 'x', { qos: 2, messageId: 10 });
      await client.packet('puback');
      await client.packet('pubrec');
      expect(client.bytes.length).toBeLessThanOrEqual(20);
    },
    mosquitto: '2.0.11 sends none at all',
  },
  {
    v3: '4.3.1-1',
    v5: '4.3.1-1',
    says: 'QoS 0 is sent once',
    check: async (broker) => {
      const client = await broker.connected();
      await client.subscribe(subscription(broker, broker.topic, 0));
      client.publish(broker.topic, 'x');
      await client.settled();
      expect(client.all('publish').map(({ qos: level }) => level)).toEqual([0]);
    },
  },
  {
    v3: ['4.3.2-1', '4.3.2-2'],
    v5: ['4.3.2-1', '4.3.2-2', '4.3.2-3', '4.3.2-4', '4.3.2-5'],
    says: 'QoS 1 is in flight until its PUBACK; what comes in under an identifier that was acknowledged is a new message',
    check: async (broker) => {
      const client = await broker.lasting(broker.id, false);
      await client.subscribe(subscription(broker, broker.topic, 1));
      const other = await broker.connected();
      other.publish(broker.topic, 'one', { qos: 1, messageId: 5 });
      await other.packet('puback');
      other.publish(broker.topic, 'two', { qos: 1, messageId: 5 });
      await until('both', () => client.payloads().length === 2);
      client.send({ cmd: 'puback', messageId: client.all('publish')[0]?.messageId ?? 0, reasonCode: 0 });
      await client.settled();
      client.destroy();
      const again = await broker.lasting();
      await again.packet('publish');
      await again.settled();
      expect(again.payloads()).toEqual(['two']);
    },
  },
  {
    v3: ['4.3.3-1', '4.3.3-2'],
    v5: ['4.3.3-1', '4.3.3-2', '4.3.3-3', '4.3.3-4', '4.3.3-5', '4.3.3-7'],
    says: 'QoS 2 out: PUBLISH, after PUBREC a PUBREL with the identifier, and never the PUBLISH again',
    check: async (broker) => {
      const client = await broker.lasting(broker.id, false);
      await client.subscribe(subscription(broker, broker.topic, 2));
      const other = await broker.connected();
      other.publish(broker.topic, 'x', { qos: 2 });
      const { messageId = 0 } = await client.packet('publish');
      expect(messageId).toBeGreaterThan(0);
      client.send({ cmd: 'pubrec', messageId, reasonCode: 0 });
      expect((await client.packet('pubrel')).messageId).toBe(messageId);
      client.destroy();
      const again = await broker.lasting();
      await again.packet('pubrel');
      await again.settled();
      expect(again.payloads()).toEqual([]);
    },
  },
  {
    v3: '4.3.3-2',
    v5: ['4.3.3-8', '4.3.3-9', '4.3.3-10', '4.3.3-11', '4.3.3-12', '4.3.3-13'],
    says: 'QoS 2 in: published once until its PUBREL, PUBREC and PUBCOMP with its identifier, and then the identifier is free',
    check: async (broker) => {
      const watcher = await broker.connected();
      await watcher.subscribe(subscription(broker, broker.topic, 2));
      const client = await broker.connected({}, false);
      client.publish(broker.topic, 'once', { qos: 2, messageId: 7 });
      client.publish(broker.topic, 'once', { qos: 2, messageId: 7, dup: true });
      await until('two PUBRECs', () => client.all('pubrec').length === 2);
      client.send({ cmd: 'pubrel', messageId: 7 });
      expect((await client.packet('pubcomp')).messageId).toBe(7);
      client.publish(broker.topic, 'again', { qos: 2, messageId: 7 });
      await until('PUBREC', () => client.all('pubrec').length === 3);
      client.send({ cmd: 'pubrel', messageId: 7 });
      await until('both', () => watcher.payloads().length === 2);
      expect(watcher.payloads()).toEqual(['once', 'again']);
    },
  },
  {
    v5: ['4.3.3-6', '4.4.0-2'],
    says: 'a PUBACK or PUBREC of failure ends the exchange: no PUBREL, and nothing comes again',
    check: async (broker) => {
      const client = await broker.lasting(broker.id, false);
      await client.subscribe(subscription(broker, broker.topic, 2));
      const other = await broker.connected();
      other.publish(broker.topic, 'one', { qos: 1 });
      other.publish(broker.topic, 'two', { qos: 2 });
      await until('both', () => client.payloads().length === 2);
      for (const { qos: level, messageId = 0 } of client.all('publish')) {
        client.send({ cmd: level === 1 ? 'puback' : 'pubrec', messageId, reasonCode: 0x83 });
      }
      await client.settled();
      expect(client.all('pubrel')).toEqual([]);
      client.destroy();
      const again = await broker.lasting();
      await again.settled();
      expect([again.payloads(), again.all('pubrel')]).toEqual([[], []]);
    },
  },
  {
    v3: ['4.5.0-1', '4.1.0-2'],
    v5: '4.5.0-1',
    says: 'an accepted message is in the session of every matching subscription',
    check: async (broker) => {
      const sessions = [`${broker.id}-a`, `${broker.id}-b`];
      for (const id of sessions) {
        const client = await broker.lasting(id);
        await client.subscribe(subscription(broker, broker.topic, 1));
        client.destroy();
      }
      const other = await broker.connected();
      other.publish(broker.topic, 'x', { qos: 1 });
      await other.packet('puback');
      for (const id of sessions) {
        expect((await (await broker.lasting(id)).packet('publish')).payload.toString()).toBe('x');
      }
    },
  },
  { v3: '4.5.0-2', v5: '4.5.0-2', says: 'a client acknowledges whatever it gets', untested: CLIENT },
  {
    v3: ['4.6.0-1', '4.6.0-5', '4.6.0-6'],
    v5: ['4.6.0-1', '4.6.0-5', '4.6.0-6'],
    says: 'messages of a topic and QoS arrive in the order they were published in, and are repeated in it',
    check: async (broker) => {
      const client = await broker.lasting(broker.id, false);
      await client.subscribe(subscription(broker, broker.topic, 1));
      const other = await broker.connected();
      const sent = Array.from({ length: 15 }, (_, i) => String(i));
      for (const payload of sent) other.publish(broker.topic, payload, { qos: 1 });
      await until('all', () => client.payloads().length === 15);
      expect(client.payloads()).toEqual(sent);
      client.destroy();
      const again = await broker.lasting(broker.id, false);
      await until('all again', () => again.payloads().length === 15);
      expect(again.payloads()).toEqual(sent);
    },
  },
  {
    v3: ['4.6.0-2', '4.6.0-3', '4.6.0-4'],
    v5: ['4.6.0-2', '4.6.0-3', '4.6.0-4'],
    says: 'PUBACK, PUBREC and PUBREL come in the order of what they answer',
    check: async (broker) => {
      const publisher = await broker.connected({}, false);
      for (let id = 1; id <= 10; id++)
        publisher.publish(broker.topic, 'x', { qos: id % 2 === 0 ? 1 : 2, messageId: id });
      await publisher.settled();
      expect(publisher.all('puback').map(({ messageId }) => messageId)).toEqual([2, 4, 6, 8, 10]);
      expect(publisher.all('pubrec').map(({ messageId }) => messageId)).toEqual([1, 3, 5, 7, 9]);
      const client = await broker.connected({}, false);
      await client.subscribe(subscription(broker, broker.topic, 2));
      for (let i = 0; i < 4; i++) publisher.publish(broker.topic, 'y', { qos: 2, messageId: 20 + i });
      for (let i = 0; i < 4; i++) publisher.send({ cmd: 'pubrel', messageId: 20 + i });
      await until('all', () => client.payloads().length === 4);
      const ids = client.all('publish').map(({ messageId = 0 }) => messageId);
      for (const messageId of ids) client.send({ cmd: 'pubrec', messageId, reasonCode: 0 });
      await until('all PUBRELs', () => client.all('pubrel').length === 4);
      expect(client.all('pubrel').map(({ messageId }) => messageId)).toEqual(ids);
    },
  },
];
