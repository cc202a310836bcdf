import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EmbeddedBroker, startBroker } from '../../rigs/embedded-broker.ts';

let house: EmbeddedBroker;
beforeEach(async () => {
  house = await startBroker();
});
afterEach(() => house.stop());

const rap = { nl: false, rap: true, rh: 0 } as const;

test('overlapping filters give one delivery, with the highest QoS and every subscription identifier [MQTT-3.3.4-2, -3]', async () => {
  const client = house.client({ version: 5 });
  await client.connect();
  await client.subscribeWith({ subscriptionIdentifier: 7 }, { topic: 'a/#', qos: 1, ...rap });
  await client.subscribeWith({ subscriptionIdentifier: 8 }, { topic: 'a/b', qos: 2, ...rap });
  await client.subscribeWith({ subscriptionIdentifier: 300 }, { topic: '+/b', qos: 0, ...rap });
  client.publish('a/b', 'x', { qos: 2 });
  const got = await client.packet('publish');
  await client.settled();
  expect(client.all('publish')).toHaveLength(1);
  expect(got.qos).toBe(2);
  const identifiers = [got.properties?.subscriptionIdentifier ?? []].flat();
  expect(identifiers.sort((a, b) => a - b)).toEqual([7, 8, 300]);
});

test('overlapping QoS 1 filters of a waiting session are one message each, and do not end the connection', async () => {
  const first = house.client();
  await first.connect({ clientId: 'overlap', clean: false });
  await first.subscribe({ topic: 'a/#', qos: 1 }, { topic: 'a/+', qos: 1 });
  first.destroy();
  const other = house.client();
  await other.connect();
  for (let i = 0; i < 20; i++) other.publish('a/b', String(i), { qos: 1 });
  await other.settled();
  const second = house.client();
  await second.connect({ clientId: 'overlap', clean: false });
  await second.settled();
  expect(second.payloads()).toEqual(Array.from({ length: 20 }, (_, i) => String(i)));
  expect(second.closed).toBe(false);
});

test('a wildcard subscription never gets more than the QoS it was granted', async () => {
  const client = house.client();
  await client.connect();
  await client.subscribe({ topic: 'a/#', qos: 0 });
  client.publish('a/b', 'x', { qos: 2 });
  expect((await client.packet('publish')).qos).toBe(0);
});

test('no-local keeps a client from its own messages, and a filter without it brings them back [MQTT-3.8.3-3]', async () => {
  const client = house.client({ version: 5 });
  await client.connect();
  await client.subscribe({ topic: 'a/#', qos: 0, nl: true, rap: false, rh: 0 });
  client.publish('a/own', '1');
  await client.settled();
  expect(client.payloads()).toEqual([]);
  await client.subscribe({ topic: 'a/own', qos: 0, nl: false, rap: false, rh: 0 });
  client.publish('a/own', '2');
  client.publish('a/other', '3');
  await client.settled();
  expect(client.payloads()).toEqual(['2']);
});

test('the retain flag is kept only where retain-as-published asks for it [MQTT-3.3.1-12, -13]', async () => {
  const plain = house.client({ version: 5 });
  const kept = house.client({ version: 5 });
  await plain.connect();
  await kept.connect();
  await plain.subscribe({ topic: 'a', qos: 0, nl: false, rap: false, rh: 0 });
  await kept.subscribe({ topic: 'a', qos: 0, ...rap });
  plain.publish('a', 'x', { retain: true });
  expect((await plain.packet('publish')).retain).toBe(false);
  expect((await kept.packet('publish')).retain).toBe(true);
});

test('retain handling says when retained messages come [MQTT-3.3.1-9, -10, -11]', async () => {
  const client = house.client({ version: 5 });
  await client.connect();
  client.publish('a', 'kept', { retain: true });
  const asking = async (rh: 0 | 1 | 2): Promise<number> => {
    const before = client.all('publish').length;
    await client.subscribe({ topic: 'a', qos: 0, nl: false, rap: false, rh });
    await client.settled();
    return client.all('publish').length - before;
  };
  expect(await asking(2)).toBe(0);
  expect(await asking(1)).toBe(0);
  expect(await asking(0)).toBe(1);
  expect(await asking(0)).toBe(1);
  client.send({ cmd: 'unsubscribe', messageId: 999, unsubscriptions: ['a'] });
  await client.packet('unsuback');
  expect(await asking(1)).toBe(1);
});

test('a retained topic that ends in "/" matches "+" [MQTT-4.7.1-3]', async () => {
  const client = house.client();
  await client.connect();
  client.publish('test/topic/', 'x', { retain: true });
  await client.subscribe('test/topic/+');
  await client.settled();
  expect(client.payloads()).toEqual(['x']);
});

test('wildcards do not reach into "$" topics [MQTT-4.7.2-1]', async () => {
  const client = house.client();
  await client.connect();
  await client.subscribe('#', '+/a');
  await house.broker.publish({ topic: '$other/a', payload: Buffer.from('x'), qos: 0, retain: false });
  await client.settled();
  expect(client.payloads()).toEqual([]);
});

test('UNSUBACK says which of the filters there were [MQTT-3.11.3-1]', async () => {
  const client = house.client({ version: 5 });
  await client.connect();
  await client.subscribe('a');
  client.send({ cmd: 'unsubscribe', messageId: 5, unsubscriptions: ['a', 'b'] });
  expect((await client.packet('unsuback')).granted).toEqual([0, 0x11]);
});

test.each([
  ['a#', 0x81],
  ['a+', 0x81],
  ['++', 0x81],
  ['a/#/b', 0x81],
  ['', 0x81],
  ['#/a', 0x81],
  ['$share/g', 0x82],
])('the filter %j ends the connection with 0x%s', async (filter, reason) => {
  const client = house.client({ version: 5 });
  await client.connect();
  client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: filter, qos: 0 }] });
  expect((await client.packet('disconnect')).reasonCode).toBe(reason);
  await client.closing();
});

test.each(['__proto__', 'constructor', 'toString/__proto__'])(
  'the filter and topic %j are like any other',
  async (topic) => {
    const client = house.client({ version: 5 });
    await client.connect();
    expect((await client.subscribe({ topic, qos: 1, ...rap })).granted).toEqual([1]);
    client.publish(topic, 'x', { qos: 1, retain: true });
    await client.packet('publish');
    await client.settled();
    expect(client.payloads()).toEqual(['x']);
  },
);
