import { expect } from 'vitest';
import { subscribeBytes } from '../../rigs/raw-packet.ts';
import { until } from '../../rigs/until.ts';
import { CLIENT, type Statement } from '../statement.ts';
import { subscription } from '../subscription.ts';

const WEBSOCKET = 'shown over WebSocket in test/integration/broker, not by bytes on TCP';

/** Chapters 4.1, 4.7, 4.8 and 6: sessions' ends, topic names and filters, shared subscriptions, WebSocket. */
export const topics: readonly Statement[] = [
  {
    v5: '4.1.0-2',
    says: 'a session ends when its expiry has passed since the connection was lost',
    check: async (broker) => {
      const fields = { clientId: broker.id, clean: false, properties: { sessionExpiryInterval: 1 } };
      (await broker.connected(fields)).destroy();
      const since = performance.now();
      await until('it has passed', () => performance.now() - since > 2_500);
      expect((await broker.client().connect(fields)).sessionPresent).toBe(false);
    },
  },
  {
    v3: ['4.7.1-2', '4.7.1-3'],
    v5: ['4.7.1-1', '4.7.1-2'],
    says: '"#" is the whole last level of a filter, "+" any whole level; else it is no filter',
    check: async (broker) => {
      const { topic, version } = broker;
      for (const filter of ['a#', 'a/#/b', '#/a', 'a+', '+a', 'a/b+/c']) {
        const client = await broker.connected();
        client.send(subscribeBytes(version, 1, [[`${topic}/${filter}`, 0]]));
        await broker.refused(client, 0x81, 0x8f);
      }
      const client = await broker.connected();
      await client.subscribe(`${topic}/#`);
      await client.subscribe(`${topic}/+/x/+`);
      for (const level of ['', '/a', '/a/x/', '/a/x/b/c']) client.publish(`${topic}${level}`, level);
      await client.settled();
      expect(new Set(client.payloads())).toEqual(new Set(['', '/a', '/a/x/', '/a/x/b/c']));
      const other = await broker.connected();
      await other.subscribe(`${topic}/+`);
      for (const level of ['', '/', '/a', '/a/b']) other.publish(`${topic}${level}`, level);
      await other.settled();
      expect(other.payloads()).toEqual(['/', '/a']);
    },
  },
  {
    v3: '4.7.2-1',
    v5: '4.7.2-1',
    says: 'filters that begin with a wildcard do not match topics that begin with "$"',
    check: async (broker) => {
      const name = `$${broker.topic}`;
      const client = await broker.connected();
      await client.subscribe(name);
      const wild = await broker.connected();
      await wild.subscribe('#', '+/#', `+/${broker.topic.split('/').slice(1).join('/')}`);
      await wild.settled();
      client.publish(name, 'hidden');
      await client.packet('publish');
      await wild.settled();
      expect(wild.payloads()).not.toContain('hidden');
    },
  },
  {
    v3: ['4.7.3-1', '4.7.3-2'],
    v5: ['4.7.3-1', '4.7.3-2'],
    says: 'topic names and filters have a character at least, and no U+0000',
    check: async (broker) => {
      for (const filter of ['', 'a\0']) {
        const client = await broker.connected();
        client.send(subscribeBytes(broker.version, 1, [[filter, 0]]));
        await broker.refused(client, 0x81);
      }
    },
  },
  {
    v3: '4.7.3-3',
    v5: '4.7.3-3',
    says: 'topic names and filters have up to 65,535 bytes',
    check: async (broker) => {
      const client = await broker.connected();
      const topic = `${broker.topic}/`.padEnd(65_000, 'x');
      await client.subscribe(topic);
      client.publish(topic, 'x');
      expect((await client.packet('publish')).topic).toBe(topic);
    },
    mosquitto: 'it allows 65,535 too, but is not needed here',
  },
  {
    v3: '4.7.3-4',
    v5: '4.7.3-4',
    says: 'names are compared as they are: no case, no normal form, no space, no level is made equal to another',
    check: async (broker) => {
      const client = await broker.connected();
      const { topic } = broker;
      await client.subscribe(`${topic}/\u00c5`, `${topic}/a b`);
      for (const level of ['\u00c5', 'A\u030a', '\u00e5', 'a b', 'ab', 'a  b', '/a b']) {
        client.publish(`${topic}/${level}`, level);
      }
      await client.settled();
      expect(client.payloads()).toEqual(['\u00c5', 'a b']);
    },
  },
  {
    v5: ['4.8.2-1', '4.8.2-2'],
    says: 'a share name has a character at least, no wildcards, and a filter after it',
    check: async (broker) => {
      for (const filter of ['$share//a', '$share/a+/b', '$share/+/b', '$share/name', '$share/name/']) {
        const client = await broker.connected();
        client.send(subscribeBytes(5, 1, [[filter, 0]]));
        await broker.refused(client, 0x81, 0x82, 0x8f);
      }
    },
    mosquitto: '2.0.11 takes them for plain filters',
  },
  {
    v5: '4.8.2-3',
    says: 'members of a share group get messages at the QoS they were granted at most',
    check: async (broker) => {
      const member = await broker.connected();
      await member.subscribe(subscription(broker, `$share/g/${broker.topic}`, 0));
      member.publish(broker.topic, 'x', { qos: 1 });
      expect((await member.packet('publish')).qos).toBe(0);
    },
  },
  {
    v5: ['4.8.2-4', '4.8.2-5'],
    says: 'what a member of a share group was sent at QoS 2 is completed with it when it comes back, and goes to nobody else',
    check: async (broker) => {
      const filter = subscription(broker, `$share/g/${broker.topic}`, 2);
      const member = await broker.lasting(`${broker.id}-a`, false);
      await member.subscribe(filter);
      const publisher = await broker.connected();
      publisher.publish(broker.topic, 'x', { qos: 2 });
      await member.packet('publish');
      const other = await broker.connected();
      await other.subscribe(filter);
      member.destroy();
      await other.settled();
      const back = await broker.lasting(`${broker.id}-a`);
      expect((await back.packet('publish')).payload.toString()).toBe('x');
      await other.settled();
      expect(other.payloads()).toEqual([]);
    },
  },
  {
    v5: '4.8.2-6',
    says: 'a message that a member refuses goes to no other member',
    check: async (broker) => {
      const members = [await broker.connected({}, false), await broker.connected({}, false)];
      for (const member of members) await member.subscribe(subscription(broker, `$share/g/${broker.topic}`, 1));
      const publisher = await broker.connected();
      publisher.publish(broker.topic, 'x', { qos: 1 });
      const holder = await until('a member has it', () => members.find((member) => member.payloads().length > 0));
      const messageId = holder.all('publish')[0]?.messageId ?? 0;
      holder.send({ cmd: 'puback', messageId, reasonCode: 0x83 });
      for (const member of members) await member.settled();
      expect(members.flatMap((member) => member.payloads())).toEqual(['x']);
    },
  },
  {
    v3: ['6.0.0-1', '6.0.0-2', '6.0.0-4'],
    v5: ['6.0.0-1', '6.0.0-2', '6.0.0-4'],
    says: 'binary frames, packets over frames, subprotocol mqtt',
    untested: WEBSOCKET,
  },
  { v3: '6.0.0-3', v5: '6.0.0-3', says: 'a client asks for the subprotocol mqtt', untested: CLIENT },
];
