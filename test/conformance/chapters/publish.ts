import { expect } from 'vitest';
import { byte, publishBytes, text, uint16, varint } from '../../rigs/raw-packet.ts';
import { until } from '../../rigs/until.ts';
import { CLIENT, type Statement } from '../statement.ts';
import { subscription } from '../subscription.ts';

/** Chapter 3.3: PUBLISH. */
export const publish: readonly Statement[] = [
  {
    v3: ['3.3.1-1', '4.4.0-1'],
    v5: ['3.3.1-1', '4.4.0-1'],
    says: 'what was not acknowledged comes again after a reconnect, with DUP and its packet identifier, and PUBREL too',
    check: async (broker) => {
      const first = await broker.lasting(broker.id, false);
      await first.subscribe(subscription(broker, broker.topic, 2));
      const other = await broker.connected();
      other.publish(broker.topic, 'one', { qos: 1 });
      other.publish(broker.topic, 'two', { qos: 2 });
      await other.packet('pubcomp');
      const two = await first.packet('publish', ({ payload }) => payload.toString() === 'two');
      first.send({ cmd: 'pubrec', messageId: two.messageId ?? 0, reasonCode: 0 });
      await first.packet('pubrel');
      const one = first.all('publish')[0];
      first.destroy();
      const again = await broker.lasting(broker.id, false);
      const repeated = await again.packet('publish');
      expect([repeated.dup, repeated.messageId, repeated.payload.toString()]).toEqual([true, one?.messageId, 'one']);
      expect((await again.packet('pubrel')).messageId).toBe(two.messageId);
    },
  },
  {
    v3: '3.3.1-2',
    v5: '3.3.1-2',
    says: 'DUP is 0 at QoS 0',
    check: async (broker) => {
      const client = await broker.connected();
      client.send(publishBytes({ version: broker.version, header: 0x38, topic: broker.topic }));
      await broker.refused(client, 0x81);
    },
    mosquitto: { v5: '2.0.11 takes it in MQTT 5', v3: '2.0.11 takes it' },
  },
  {
    v3: '3.3.1-3',
    v5: '3.3.1-3',
    says: "a publisher's DUP does not travel on",
    check: async (broker) => {
      const client = await broker.connected();
      await client.subscribe(subscription(broker, broker.topic, 2));
      client.publish(broker.topic, 'a', { qos: 1, dup: true });
      client.publish(broker.topic, 'b', { qos: 2, dup: true });
      await until('both', () => client.payloads().length === 2);
      expect(client.all('publish').map(({ dup }) => dup)).toEqual([false, false]);
    },
  },
  {
    v3: '3.3.1-4',
    v5: '3.3.1-4',
    says: 'QoS 3 ends the connection',
    check: async (broker) => {
      const client = await broker.connected();
      client.send(publishBytes({ version: broker.version, header: 0x36, topic: broker.topic, packetId: 1 }));
      await broker.refused(client, 0x81);
    },
  },
  {
    v3: ['3.3.2-1', '3.3.2-2', '4.7.1-1'],
    v5: ['3.3.2-1', '3.3.2-2', '4.7.0-1'],
    says: 'a PUBLISH begins with a topic name, in UTF-8 and without wildcards',
    check: async (broker) => {
      for (const topic of [`${broker.topic}/#`, '+/a', Buffer.from([0xff, 0xfe])]) {
        const client = await broker.connected();
        client.send(publishBytes({ version: broker.version, topic }));
        await broker.refused(client, 0x81);
      }
    },
  },
  {
    v3: '3.3.2-3',
    v5: '3.3.2-3',
    says: 'what a subscriber gets has the topic it was published to, and that matches',
    check: async (broker) => {
      const client = await broker.connected();
      await client.subscribe(`${broker.topic}/+/c`);
      client.publish(`${broker.topic}/b/c`, 'x');
      client.publish(`${broker.topic}/b/d`, 'y');
      await client.settled();
      expect(client.all('publish').map(({ topic }) => topic)).toEqual([`${broker.topic}/b/c`]);
    },
  },
  {
    v5: ['3.3.2-4', '3.3.2-15', '3.3.2-16', '3.3.2-17', '3.3.2-18', '3.3.2-20'],
    says: 'format, response topic, correlation data, content type and user properties travel unaltered and in order',
    check: async (broker) => {
      const client = await broker.connected();
      await client.subscribe(broker.topic);
      const users = ['z', '1', '__proto__', 'z'].map((name, i) => [byte(0x26), text(name), text(`v${i}`)]);
      const list = [
        [byte(0x01, 1)],
        [byte(0x08), text('reply/to')],
        [byte(0x09), text(Buffer.from([0, 0xff]))],
        [byte(0x03), text('text/plain')],
        ...users,
      ].map((parts) => Buffer.concat(parts));
      client.bytes = Buffer.alloc(0);
      client.send(publishBytes({ version: 5, topic: broker.topic, properties: list }));
      await until('it is back', () => client.bytes.length > 0);
      await client.settled();
      const got = client.bytes.toString('latin1');
      for (const property of list) expect(got).toContain(property.toString('latin1'));
      expect(got).toContain(Buffer.concat(users.flat()).toString('latin1'));
    },
  },
  {
    v5: ['3.3.2-5', '3.3.2-6'],
    says: 'a message whose expiry passed is not delivered any more; what is left of it is sent along',
    check: async (broker) => {
      const away = await broker.lasting();
      await away.subscribe({ topic: broker.topic, qos: 1 });
      away.destroy();
      const other = await broker.connected();
      other.publish(broker.topic, 'short', { qos: 1, properties: { messageExpiryInterval: 1 } });
      other.publish(broker.topic, 'long', { qos: 1, properties: { messageExpiryInterval: 60 } });
      await other.packet('puback', ({ messageId }) => messageId === 2);
      const since = performance.now();
      await until('2 s have passed', () => performance.now() - since > 2_100);
      const back = await broker.lasting();
      const { properties: list } = await back.packet('publish');
      await back.settled();
      expect(back.payloads()).toEqual(['long']);
      expect(list?.messageExpiryInterval).toBeLessThan(60);
      expect(list?.messageExpiryInterval).toBeGreaterThan(50);
    },
  },
  {
    v5: ['3.3.2-7', '3.3.2-12'],
    says: 'topic aliases up to the announced maximum stand for their topics, on one connection alone',
    check: async (broker) => {
      const watcher = await broker.connected();
      await watcher.subscribe(`${broker.topic}/+`);
      const client = broker.client();
      const most = (await client.connect()).properties?.topicAliasMaximum ?? 0;
      expect(most).toBeGreaterThan(0);
      for (let i = 1; i <= most; i++) client.publish(`${broker.topic}/${i}`, 'a', { properties: { topicAlias: i } });
      client.publish('', 'b', { properties: { topicAlias: most } });
      await until('all', () => watcher.payloads().length === most + 1);
      expect(watcher.all('publish').at(-1)?.topic).toBe(`${broker.topic}/${most}`);
      const another = await broker.connected();
      another.publish('', 'c', { properties: { topicAlias: 1 } });
      await broker.refused(another, 0x82);
    },
  },
  {
    v5: ['3.3.2-8', '3.3.2-9'],
    says: 'alias 0 and one above the maximum end the connection',
    check: async (broker) => {
      for (const alias of [0, 65_535]) {
        const client = await broker.connected();
        client.send(publishBytes({ version: 5, topic: broker.topic, properties: [byte(0x23), uint16(alias)] }));
        await broker.refused(client, 0x94);
      }
    },
  },
  { v5: '3.3.2-11', says: 'a client takes the aliases it allowed', untested: CLIENT },
  {
    v5: ['3.3.2-13', '3.3.2-14', '3.3.2-19'],
    says: 'response topic and content type are UTF-8, and a response topic has no wildcards',
    check: async (broker) => {
      for (const list of [
        [byte(0x08), text(Buffer.from([0xff]))],
        [byte(0x08), text('reply/#')],
        [byte(0x03), text(Buffer.from([0xc3, 0x28]))],
      ]) {
        const client = await broker.connected();
        client.send(publishBytes({ version: 5, topic: broker.topic, properties: list }));
        await broker.refused(client, 0x81, 0x82);
      }
    },
    mosquitto: '2.0.11 takes wildcards in a response topic',
  },
  {
    v3: '3.3.4-1',
    v5: '3.3.4-1',
    says: 'QoS 0 is not answered, QoS 1 with PUBACK, QoS 2 with PUBREC',
    check: async (broker) => {
      const client = await broker.connected({}, false);
      client.publish(broker.topic, 'x');
      client.publish(broker.topic, 'x', { qos: 1, messageId: 7 });
      client.publish(broker.topic, 'x', { qos: 2, messageId: 8 });
      await client.settled();
      const answers = client.packets.slice(1, -1).map(({ cmd, messageId }) => [cmd, messageId]);
      expect(answers).toEqual([
        ['puback', 7],
        ['pubrec', 8],
      ]);
    },
  },
  {
    v3: '3.3.5-1',
    v5: '3.3.4-2',
    says: 'overlapping subscriptions get the message at the highest of their QoS',
    check: async (broker) => {
      const client = await broker.connected();
      await client.subscribe(
        subscription(broker, `${broker.topic}/+`, 0),
        subscription(broker, `${broker.topic}/a`, 1),
      );
      client.publish(`${broker.topic}/a`, 'x', { qos: 2 });
      await client.packet('publish', ({ qos }) => qos === 1);
    },
  },
  {
    v3: '3.3.5-2',
    says: 'what a client may not publish is acknowledged all the same, or ends the connection',
    check: async (broker) => {
      const watcher = await broker.connected();
      await watcher.subscribe('$SYS/conformance/#');
      const client = await broker.connected();
      client.publish('$SYS/conformance/a', 'x', { qos: 1 });
      await until('an answer', () => client.closed || client.all('puback').length === 1);
      await watcher.settled();
      expect(watcher.payloads()).toEqual([]);
    },
  },
  {
    v5: ['3.3.4-3', '3.3.4-4', '3.3.4-5'],
    says: 'a message carries the subscription identifiers of all subscriptions it is for',
    check: async (broker) => {
      const client = await broker.connected();
      for (const [filter, subscriptionIdentifier] of [
        [`${broker.topic}/#`, 3],
        [`${broker.topic}/a`, 268_435_455],
      ] as const) {
        await client.subscribeWith({ subscriptionIdentifier }, subscription(broker, filter, 1));
      }
      client.bytes = Buffer.alloc(0);
      client.publish(`${broker.topic}/a`, 'x');
      await client.packet('publish');
      await client.settled();
      for (const id of [3, 268_435_455]) {
        expect(client.bytes.toString('latin1')).toContain(Buffer.concat([byte(0x0b), varint(id)]).toString('latin1'));
      }
    },
  },
  {
    v5: '3.3.4-6',
    says: "a client's PUBLISH has no subscription identifier",
    check: async (broker) => {
      const client = await broker.connected();
      client.send(publishBytes({ version: 5, topic: broker.topic, properties: [byte(0x0b, 1)] }));
      await broker.refused(client, 0x81, 0x82);
    },
    mosquitto: '2.0.11 takes it',
  },
  {
    v5: ['3.3.4-7', '3.3.4-8'],
    says: 'a client keeps to the Receive Maximum; more ends the connection with 0x93',
    check: async (broker) => {
      const client = broker.client({ acknowledges: false });
      const most = (await client.connect()).properties?.receiveMaximum ?? 65_535;
      for (let id = 1; id <= most; id++) client.publish(broker.topic, 'x', { qos: 2, messageId: id });
      await client.settled();
      client.publish(broker.topic, 'x', { qos: 2, messageId: most + 1 });
      await broker.refused(client, 0x93);
    },
  },
  {
    v5: ['3.3.4-9', '3.3.4-10', '4.9.0-1', '4.9.0-2', '4.9.0-3'],
    says: "no more QoS 1 and 2 messages are under way than the client's Receive Maximum, and nothing else waits for them",
    check: async (broker) => {
      const client = await broker.connected({ properties: { receiveMaximum: 2 } }, false);
      await client.subscribe(
        subscription(broker, `${broker.topic}/1`, 1),
        subscription(broker, `${broker.topic}/0`, 0),
      );
      const other = await broker.connected();
      for (let i = 0; i < 4; i++) other.publish(`${broker.topic}/1`, String(i), { qos: 1 });
      other.publish(`${broker.topic}/0`, 'at once');
      await client.packet('publish', ({ payload }) => payload.toString() === 'at once');
      await client.settled();
      expect(client.all('publish').filter(({ qos }) => qos === 1)).toHaveLength(2);
      const [first] = client.all('publish');
      client.send({ cmd: 'puback', messageId: first?.messageId ?? 0, reasonCode: 0 });
      await client.packet('publish', ({ payload }) => payload.toString() === '2');
    },
  },
];
