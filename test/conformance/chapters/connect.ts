import { expect } from 'vitest';
import { byte, connectBytes, properties, publishBytes, text } from '../../rigs/raw-packet.ts';
import { until } from '../../rigs/until.ts';
import { CLIENT, type Statement } from '../statement.ts';

/** Chapter 3.1: CONNECT. */
export const connect: readonly Statement[] = [
  {
    v3: '3.1.0-1',
    v5: '3.1.0-1',
    says: 'the first packet is a CONNECT',
    check: async (broker) => {
      for (const bytes of [publishBytes({ version: broker.version, topic: broker.topic }), byte(0xc0, 0)]) {
        const client = await broker.open();
        client.send(bytes);
        await client.closing();
        expect(client.all('publish')).toEqual([]);
      }
    },
  },
  {
    v3: '3.1.0-2',
    v5: '3.1.0-2',
    says: 'a second CONNECT ends the connection',
    check: async (broker) => {
      for (const level of [broker.version, 77]) {
        const client = await broker.connected();
        client.send(connectBytes({ version: broker.version, level }));
        await client.closing();
        expect(client.all('connack')).toHaveLength(1);
      }
    },
  },
  {
    v3: '3.1.2-1',
    v5: '3.1.2-1',
    says: 'another protocol name is not served',
    check: async (broker) => {
      const client = await broker.open();
      client.send(connectBytes({ version: broker.version, name: 'MQTS' }));
      await client.closing();
    },
  },
  {
    v3: '3.1.2-2',
    v5: '3.1.2-2',
    says: 'an unknown protocol level is answered with return code 1 and the end of the connection',
    check: async (broker) => {
      const client = await broker.open();
      client.send(connectBytes({ version: 4, level: 6 }));
      await client.closing();
      expect(client.bytes.toString('hex')).toBe('20020001');
    },
    mosquitto: '2.0.11 answers with a CONNACK of 3 bytes',
  },
  {
    v3: '3.1.2-3',
    v5: '3.1.2-3',
    says: 'the reserved connect flag is 0',
    check: async (broker) => {
      const client = await broker.open();
      client.send(connectBytes({ version: broker.version, flags: 0x03 }));
      await broker.refused(client, 0x81);
    },
  },
  {
    v3: ['3.1.2-4', '3.1.2-5', '3.2.2-2', '3.2.2-3', '4.1.0-1'],
    v5: ['3.1.2-5', '3.1.2-6', '3.1.2-23', '3.2.2-3', '4.1.0-1'],
    says: 'without a clean start the session goes on where there is one, with what came meanwhile at QoS 1 and 2, and begins where there is none',
    check: async (broker) => {
      const first = broker.client();
      expect((await first.connect(broker.keeping())).sessionPresent).toBe(false);
      await first.subscribe({ topic: broker.topic, qos: 2 });
      first.send({ cmd: 'disconnect' });
      await first.closing();
      const other = await broker.connected();
      other.publish(broker.topic, 'one', { qos: 1 });
      other.publish(broker.topic, 'two', { qos: 2 });
      await other.packet('pubcomp');
      const again = broker.client();
      expect((await again.connect(broker.keeping())).sessionPresent).toBe(true);
      await until('both', () => again.payloads().length === 2);
      expect(again.payloads()).toEqual(['one', 'two']);
    },
  },
  {
    v3: ['3.1.2-6', '3.2.2-1'],
    v5: ['3.1.2-4', '3.2.2-2', '3.1.4-4'],
    says: 'a clean start throws an older session away, and says that none is present',
    check: async (broker) => {
      const first = await broker.lasting();
      await first.subscribe({ topic: broker.topic, qos: 1 });
      first.destroy();
      const clean = broker.client();
      expect((await clean.connect({ clientId: broker.id, clean: true })).sessionPresent).toBe(false);
      const other = await broker.connected();
      other.publish(broker.topic, 'x', { qos: 1 });
      await other.packet('puback');
      await clean.settled();
      expect(clean.payloads()).toEqual([]);
    },
  },
  {
    v3: '3.1.2-7',
    says: 'retained messages are no part of a session and outlive it',
    check: async (broker) => {
      const first = await broker.connected();
      first.publish(broker.topic, 'kept', { qos: 1, retain: true });
      await first.packet('puback');
      first.destroy();
      const second = await broker.connected();
      await second.subscribe(broker.topic);
      expect((await second.packet('publish')).payload.toString()).toBe('kept');
    },
  },
  {
    v3: ['3.1.2-11', '3.1.2-13', '3.1.2-15'],
    v5: ['3.1.2-11', '3.1.2-13'],
    says: 'without the will flag its QoS and retain are 0',
    check: async (broker) => {
      for (const flags of [0x0a, 0x22]) {
        const client = await broker.open();
        client.send(connectBytes({ version: broker.version, flags }));
        await broker.refused(client, 0x81);
      }
    },
  },
  {
    v3: ['3.1.2-9', '3.1.2-14'],
    v5: ['3.1.2-9', '3.1.2-12'],
    says: 'with the will flag the will is there, and its QoS is not 3',
    check: async (broker) => {
      const { version } = broker;
      const missing = await broker.open();
      missing.send(connectBytes({ version, flags: 0x06 }));
      await broker.refused(missing, 0x81);
      const three = await broker.open();
      three.send(connectBytes({ version, flags: 0x1e, rest: [properties(version), text('a'), text('b')] }));
      await broker.refused(three, 0x81);
    },
  },
  {
    v3: ['3.1.2-18', '3.1.2-19', '3.1.2-20', '3.1.2-21'],
    v5: ['3.1.2-16', '3.1.2-17', '3.1.2-18', '3.1.2-19'],
    says: 'user name and password stand in the payload exactly when their flags are set',
    check: async (broker) => {
      const { version } = broker;
      for (const fields of [
        { flags: 0x82 },
        { flags: 0xc2, rest: [text('user')] },
        { flags: 0x02, rest: [text('user')] },
        { flags: 0x82, rest: [text('user'), text('password')] },
      ]) {
        const client = await broker.open();
        client.send(connectBytes({ version, ...fields }));
        await client.closing();
      }
      const right = await broker.open();
      right.send(connectBytes({ version, flags: 0xc2, rest: [text('user'), text('password')] }));
      await right.packet('connack');
    },
  },
  {
    v3: '3.1.2-22',
    says: 'there is no password without a user name',
    check: async (broker) => {
      const client = await broker.open();
      client.send(connectBytes({ flags: 0x42, rest: [text('password')] }));
      await client.closing();
    },
  },
  { v3: '3.1.2-23', v5: ['3.1.2-20', '3.1.2-21'], says: 'a client keeps its keep alive', untested: CLIENT },
  {
    v3: '3.1.2-24',
    v5: ['3.1.2-22', '3.2.2-22'],
    says: 'silence for one and a half times the keep alive ends the connection',
    check: async (broker) => {
      const client = await broker.connected({ keepalive: 1 });
      const began = performance.now();
      await broker.refused(client, 0x8d);
      expect(performance.now() - began).toBeGreaterThan(1_000);
      expect(performance.now() - began).toBeLessThan(4_000);
    },
    mosquitto: 'it looks every few seconds alone',
  },
  {
    v5: ['3.1.2-24', '3.1.2-25'],
    says: 'nothing above its Maximum Packet Size is sent to a client, and that counts as delivered',
    check: async (broker) => {
      const small = await broker.connected({ properties: { maximumPacketSize: 80 } });
      await small.subscribe({ topic: broker.topic, qos: 1 });
      const other = await broker.connected();
      other.publish(broker.topic, 'x'.repeat(100), { qos: 1 });
      other.publish(broker.topic, 'short', { qos: 1 });
      expect((await small.packet('publish')).payload.toString()).toBe('short');
      await small.settled();
      expect(small.payloads()).toEqual(['short']);
    },
  },
  {
    v5: ['3.1.2-26', '3.3.2-10'],
    says: 'topic aliases to a client are 1 to its Topic Alias Maximum',
    check: async (broker) => {
      const client = await broker.connected({ properties: { topicAliasMaximum: 2 } });
      await client.subscribe(`${broker.topic}/+`);
      for (const level of ['a', 'b', 'c', 'a', 'b', 'c']) client.publish(`${broker.topic}/${level}`, level);
      await client.settled();
      const got = client.all('publish').map(({ topic, properties: list }) => [topic, list?.topicAlias]);
      expect(got).toEqual([
        [`${broker.topic}/a`, 1],
        [`${broker.topic}/b`, 2],
        [`${broker.topic}/c`, undefined],
        ['', 1],
        ['', 2],
        [`${broker.topic}/c`, undefined],
      ]);
    },
    mosquitto: '2.0.11 sends no topic aliases',
  },
  {
    v5: '3.1.2-27',
    says: 'without a Topic Alias Maximum, or with 0, a client gets no aliases',
    check: async (broker) => {
      for (const list of [{}, { properties: { topicAliasMaximum: 0 } }]) {
        const client = await broker.connected(list);
        await client.subscribe(broker.topic);
        client.publish(broker.topic, 'x');
        client.publish(broker.topic, 'y');
        await client.settled();
        expect(client.all('publish').map(({ topic, properties: got }) => [topic, got?.topicAlias])).toEqual([
          [broker.topic, undefined],
          [broker.topic, undefined],
        ]);
      }
    },
  },
  {
    v5: '3.1.2-28',
    says: 'who does not ask for response information gets none',
    check: async (broker) => {
      const connack = await broker.client().connect({ properties: { requestResponseInformation: false } });
      expect(connack.properties?.responseInformation).toBeUndefined();
    },
  },
  {
    v5: '3.1.2-29',
    says: 'who declines problem information gets no reason string but in a CONNACK, a DISCONNECT or a PUBLISH',
    check: async (broker) => {
      const silent = await broker.connected({ properties: { requestProblemInformation: false } });
      silent.publish('$SYS/conformance', 'x', { qos: 1 });
      expect((await silent.packet('puback')).properties?.reasonString).toBeUndefined();
      silent.send(byte(0xf0, 0));
      await broker.refused(silent, 0x82);
    },
  },
  { v5: '3.1.2-30', says: 'a client that authenticates sends nothing else meanwhile', untested: CLIENT },
];
