import { expect } from 'vitest';
import {
  byte,
  connectBytes,
  packet,
  properties,
  publishBytes,
  subscribeBytes,
  text,
  uint16,
  unsubscribeBytes,
  varint,
} from '../../rigs/raw-packet.ts';
import { CLIENT, DEFINITION, type Statement } from '../statement.ts';
import { subscription } from '../subscription.ts';

/** Chapters 1 and 2: data representation, the fixed header, packet identifiers, properties. */
export const data: readonly Statement[] = [
  {
    v3: '1.5.3-1',
    v5: '1.5.4-1',
    says: 'a string that is not well-formed UTF-8 ends the connection',
    check: async (broker) => {
      for (const bytes of ['c328', 'eda080', 'f8808080', 'c0af']) {
        const client = await broker.connected();
        client.send(publishBytes({ version: broker.version, topic: Buffer.from(bytes, 'hex') }));
        await broker.refused(client, 0x81);
      }
    },
  },
  {
    v3: '1.5.3-2',
    v5: '1.5.4-2',
    says: 'a string with U+0000 ends the connection',
    check: async (broker) => {
      const client = await broker.connected();
      client.send(subscribeBytes(broker.version, 1, [['a\0b', 0]]));
      await broker.refused(client, 0x81);
    },
  },
  {
    v3: '1.5.3-3',
    v5: '1.5.4-3',
    says: 'U+FEFF is a character like others and is not taken off',
    check: async (broker) => {
      const client = await broker.connected();
      const topic = `\ufeff${broker.topic}`;
      await client.subscribe(topic);
      client.publish(topic, 'x');
      client.publish(broker.topic, 'y');
      await client.settled();
      expect(client.all('publish').map((publish) => [publish.topic, publish.payload.toString()])).toEqual([
        [topic, 'x'],
      ]);
    },
  },
  {
    v5: '1.5.5-1',
    says: 'a variable byte integer has as few bytes as it can',
    check: async (broker) => {
      const client = await broker.connected();
      client.send(Buffer.from([0x30, 0x05, 0, 1, 0x61, 0x80, 0x00]));
      await broker.refused(client, 0x81);
    },
    mosquitto: '2.0.11 reads longer ones as well',
  },
  {
    v5: '1.5.7-1',
    says: 'both strings of a string pair are strings',
    check: async (broker) => {
      for (const pair of [
        [Buffer.from([0xff]), 'b'],
        ['a', Buffer.from([0xc3])],
      ] as const) {
        const client = await broker.connected();
        const list = [byte(0x26), text(pair[0]), text(pair[1])];
        client.send(publishBytes({ version: 5, topic: broker.topic, properties: list }));
        await broker.refused(client, 0x81);
      }
    },
  },
  {
    v3: ['2.2.2-1', '2.2.2-2', '3.6.1-1', '3.8.1-1', '3.10.1-1', '3.14.1-1'],
    v5: ['2.1.3-1', '3.6.1-1', '3.8.1-1', '3.10.1-1', '3.14.1-1'],
    says: 'reserved flags of the fixed header that are not as they must be end the connection',
    check: async (broker) => {
      const { version, topic } = broker;
      const wrong = [
        packet(0x60, uint16(1)),
        subscribeBytes(version, 1, [[topic, 0]], { header: 0x80 }),
        unsubscribeBytes(version, 1, [topic], 0xa0),
        packet(0xe1),
      ];
      for (const bytes of wrong) {
        const client = await broker.connected();
        client.send(bytes);
        await broker.refused(client, 0x81);
      }
    },
  },
  {
    v3: '2.3.1-1',
    v5: '2.2.1-3',
    says: 'SUBSCRIBE, UNSUBSCRIBE and PUBLISH above QoS 0 have a packet identifier, and it is not 0',
    check: async (broker) => {
      const { version, topic } = broker;
      for (const bytes of [
        subscribeBytes(version, 0, [[topic, 0]]),
        unsubscribeBytes(version, 0, [topic]),
        publishBytes({ version, header: 0x32, topic, packetId: 0 }),
      ]) {
        const client = await broker.connected();
        client.send(bytes);
        await broker.refused(client, 0x81, 0x82);
      }
    },
  },
  {
    v3: ['2.3.1-2', '2.3.1-3'],
    says: 'a client takes a free identifier, and the same when it repeats',
    untested: CLIENT,
  },
  {
    v3: '2.3.1-4',
    v5: '2.2.1-4',
    says: 'the server takes an identifier that is not 0 and not in use',
    check: async (broker) => {
      const subscriber = await broker.connected({}, false);
      const publisher = await broker.connected();
      await subscriber.subscribe(subscription(broker, broker.topic, 1));
      for (let i = 0; i < 10; i++) publisher.publish(broker.topic, String(i), { qos: 1 });
      await publisher.settled();
      await subscriber.packet('publish', ({ payload }) => payload.toString() === '9');
      const ids = subscriber.all('publish').map(({ messageId }) => messageId);
      expect(new Set(ids).size).toBe(10);
      expect(ids).not.toContain(0);
    },
  },
  {
    v3: '2.3.1-5',
    v5: '2.2.1-2',
    says: 'a PUBLISH of QoS 0 has no packet identifier',
    check: async (broker) => {
      const client = await broker.connected();
      await client.subscribe(subscription(broker, broker.topic, 2));
      client.bytes = Buffer.alloc(0);
      client.publish(broker.topic, 'x');
      await client.packet('publish');
      const expected = publishBytes({ version: broker.version, topic: broker.topic });
      expect(client.bytes.toString('hex')).toBe(expected.toString('hex'));
    },
  },
  {
    v3: ['2.3.1-6', '2.3.1-7'],
    v5: ['2.2.1-5', '2.2.1-6'],
    says: 'acknowledgements carry the identifier of what they acknowledge',
    check: async (broker) => {
      const { version, topic } = broker;
      const client = await broker.connected({}, false);
      client.send(
        publishBytes({ version, header: 0x32, topic, packetId: 0x1234 }),
        publishBytes({ version, header: 0x34, topic, packetId: 0xffff }),
        subscribeBytes(version, 0x0102, [[topic, 0]]),
        unsubscribeBytes(version, 0x8001, [topic]),
      );
      expect((await client.packet('puback')).messageId).toBe(0x1234);
      expect((await client.packet('pubrec')).messageId).toBe(0xffff);
      client.send({ cmd: 'pubrel', messageId: 0xffff });
      expect((await client.packet('pubcomp')).messageId).toBe(0xffff);
      expect((await client.packet('suback')).messageId).toBe(0x0102);
      expect((await client.packet('unsuback')).messageId).toBe(0x8001);
    },
  },
  {
    v5: '2.2.2-1',
    says: 'no properties are a property length of 0',
    check: async (broker) => {
      const client = await broker.connected();
      client.bytes = Buffer.alloc(0);
      await client.subscribe(broker.topic);
      expect(client.bytes.toString('hex')).toBe('900400010000');
      client.send(packet(0x82, uint16(9), text('a'), byte(0)));
      await broker.refused(client, 0x81, 0x82);
    },
  },
  {
    v3: ['4.8.0-1'],
    v5: ['4.13.1-1'],
    says: 'what breaks the protocol ends the connection',
    check: async (broker) => {
      const { version } = broker;
      for (const bytes of [
        Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x7f]),
        packet(0x00),
        packet(0x20, byte(0, 0)),
        packet(0xf0),
        packet(0x40, byte(1)),
        Buffer.concat([Buffer.from([0xc0]), varint(1), byte(0)]),
      ].slice(0, broker.name === 'pinbus' ? 6 : 5)) {
        const client = await broker.connected();
        client.send(bytes);
        await broker.refused(client);
      }
      const mixed = await broker.open();
      mixed.send(connectBytes({ version }).subarray(0, 9), Buffer.alloc(30, 0xff));
      await broker.refused(mixed);
    },
  },
  {
    v3: '4.8.0-2',
    v5: '4.13.2-1',
    says: 'who could not take a packet may close, and starts afresh; a reason code of failure is told first',
    untested: 'lets both sides do what the statements about each packet show; nothing else is demanded',
  },
  {
    v5: '4.13.1-1',
    says: 'a property in a packet it has no business in, an unknown one and one that comes twice end the connection',
    check: async (broker) => {
      for (const list of [
        [byte(0x21, 0, 1)],
        [byte(0x7e, 0)],
        [byte(0x01, 1), byte(0x01, 1)],
        [byte(0x11, 0, 0, 0, 1)],
      ]) {
        const client = await broker.connected();
        client.send(publishBytes({ version: 5, topic: broker.topic, properties: list }));
        await broker.refused(client, 0x81, 0x82);
      }
      const late = await broker.open();
      late.send(packet(0x10, text('MQTT'), byte(5, 2), uint16(0), properties(5, byte(0x23, 0, 1)), text('x')));
      await broker.refused(late, 0x81, 0x82);
    },
  },
  { v3: '4.2.0-1', v5: '4.2.0-1', says: 'the transport is ordered and lossless', untested: 'TCP and TLS are' },
  {
    v3: ['7.0.0-1', '7.0.0-2', '7.1.1-1', '7.1.2-1'],
    says: 'what a conforming server or client is',
    untested: DEFINITION,
  },
];
