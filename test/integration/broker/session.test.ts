import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EmbeddedBroker, startBroker } from '../../rigs/embedded-broker.ts';
import { until } from '../../rigs/until.ts';

let house: EmbeddedBroker;
beforeEach(async () => {
  house = await startBroker();
});
afterEach(() => house.stop());

const numbers = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => String(from + i));

test('what was in flight comes again with DUP, in its order and before anything newer [MQTT-3.3.1-1, 4.4.0-1, 4.6.0-1]', async () => {
  const first = house.client({ acknowledges: false });
  await first.connect({ clientId: 'waits', clean: false });
  await first.subscribe({ topic: 'a/#', qos: 1 });
  const publisher = house.client();
  await publisher.connect();
  for (let i = 0; i < 300; i++) publisher.publish(`a/${i % 3}`, String(i), { qos: 1 });
  await publisher.settled();
  await until('the window', () => first.payloads().length === 128);
  first.destroy();
  for (let i = 300; i < 600; i++) publisher.publish(`a/${i % 3}`, String(i), { qos: 1 });
  await publisher.settled();
  const second = house.client();
  const connack = await second.connect({ clientId: 'waits', clean: false });
  expect(connack.sessionPresent).toBe(true);
  await until('all', () => second.payloads().length === 600);
  expect(second.packets[0]?.cmd).toBe('connack');
  expect(second.payloads()).toEqual(numbers(0, 600));
  expect(second.all('publish').map(({ dup }) => dup)).toEqual(numbers(0, 600).map((_, i) => i < 128));
});

test('QoS 2 goes on where it stopped: PUBREL again, not the message [MQTT-4.3.3-4]', async () => {
  const first = house.client({ acknowledges: false });
  await first.connect({ clientId: 'two', clean: false });
  await first.subscribe({ topic: 'a', qos: 2 });
  const publisher = house.client();
  await publisher.connect();
  publisher.publish('a', 'x', { qos: 2 });
  const { messageId = 0 } = await first.packet('publish');
  first.send({ cmd: 'pubrec', messageId });
  await first.packet('pubrel');
  first.destroy();
  const second = house.client();
  await second.connect({ clientId: 'two', clean: false });
  expect((await second.packet('pubrel')).messageId).toBe(messageId);
  await second.settled();
  expect(second.payloads()).toEqual([]);
  expect(house.broker.clients().find(({ id }) => id === 'two')?.queued).toBe(0);
});

test('a clean start has nothing of before [MQTT-3.1.2-4]', async () => {
  const first = house.client({ version: 5 });
  await first.connect({ clientId: 'clean', clean: false, properties: { sessionExpiryInterval: 60 } });
  await first.subscribe({ topic: 'a', qos: 1, nl: false, rap: false, rh: 0 });
  first.destroy();
  await first.closing();
  await until('it waits', () => house.broker.clients().length === 0);
  await house.broker.publish({ topic: 'a', payload: Buffer.from('x'), qos: 1, retain: false });
  const second = house.client({ version: 5 });
  const connack = await second.connect({ clientId: 'clean', clean: true });
  expect(connack.sessionPresent).toBe(false);
  await second.settled();
  expect(second.payloads()).toEqual([]);
});

test('a session with expiry 0 that is resumed first gets what waited for it', async () => {
  const first = house.client({ version: 5 });
  await first.connect({ clientId: 'late', properties: { sessionExpiryInterval: 60 } });
  await first.subscribe({ topic: 'a', qos: 1, nl: false, rap: false, rh: 0 });
  first.destroy();
  await until('it waits', () => house.broker.clients().length === 0);
  await house.broker.publish({ topic: 'a', payload: Buffer.from('x'), qos: 1, retain: false });
  const second = house.client({ version: 5 });
  const connack = await second.connect({ clientId: 'late', clean: false, properties: { sessionExpiryInterval: 0 } });
  expect(connack.sessionPresent).toBe(true);
  expect((await second.packet('publish')).payload.toString()).toBe('x');
  second.destroy();
  await until('it is gone', () => house.broker.stats().sessions === 0);
});

test('a session ends when its expiry interval has passed [MQTT-3.1.2-23], which DISCONNECT may change', async () => {
  const client = house.client({ version: 5 });
  await client.connect({ clientId: 'short', properties: { sessionExpiryInterval: 600 } });
  client.send({ cmd: 'disconnect', reasonCode: 0, properties: { sessionExpiryInterval: 1 } });
  await client.closing();
  expect(house.broker.stats().sessions).toBe(1);
  await until('it is gone', () => house.broker.stats().sessions === 0);
});

test('a queue is bounded by bytes: the oldest goes, is counted and told once', async () => {
  const first = house.client();
  await first.connect({ clientId: 'full', clean: false });
  await first.subscribe({ topic: 'a', qos: 1 });
  first.destroy();
  await until('it waits', () => house.broker.clients().length === 0);
  const payload = Buffer.alloc(1_000_000);
  for (let i = 0; i < 12; i++) await house.broker.publish({ topic: 'a', payload, qos: 1, retain: false });
  expect(house.broker.stats().dropped.queue_full).toBe(4);
  expect(house.log.filter(({ msg }) => msg === 'messages to a client are dropped')).toHaveLength(1);
});

test("the client's Receive Maximum is the most it has unacknowledged [MQTT-3.3.4-9]", async () => {
  const client = house.client({ version: 5, acknowledges: false });
  await client.connect({ properties: { receiveMaximum: 3 } });
  await client.subscribe({ topic: 'a', qos: 1, nl: false, rap: false, rh: 0 });
  for (const payload of numbers(0, 10)) {
    await house.broker.publish({ topic: 'a', payload: Buffer.from(payload), qos: 1, retain: false });
  }
  await client.settled();
  expect(client.payloads()).toEqual(numbers(0, 3));
  client.send({ cmd: 'puback', messageId: client.all('publish')[0]?.messageId ?? 0, reasonCode: 0 });
  await client.settled();
  expect(client.payloads()).toEqual(numbers(0, 4));
});

test('a client that comes back with a smaller Receive Maximum is sent no more than that again [MQTT-3.3.4-9]', async () => {
  const settings = { clientId: 'smaller', clean: false };
  const first = house.client({ version: 5, acknowledges: false });
  await first.connect({ ...settings, properties: { sessionExpiryInterval: 60 } });
  await first.subscribe({ topic: '+', qos: 2, nl: false, rap: false, rh: 0 });
  const publish = (payload: string, qos: 1 | 2): Promise<void> =>
    house.broker.publish({ topic: 'a', payload: Buffer.from(payload), qos, retain: false });
  for (const payload of numbers(0, 6)) await publish(payload, payload === '1' ? 2 : 1);
  await until('six under way', () => first.all('publish').length === 6);
  first.destroy();
  await until('it waits', () => house.broker.clients().length === 0);
  await publish('6', 1);
  const second = house.client({ version: 5, acknowledges: false });
  await second.connect({ ...settings, properties: { receiveMaximum: 2, sessionExpiryInterval: 60 } });
  await second.settled();
  expect(second.payloads()).toEqual(['0', '1']);
  const [, released] = second.all('publish');
  second.send({ cmd: 'puback', messageId: second.all('publish')[0]?.messageId ?? 0, reasonCode: 0 });
  await second.settled();
  expect(second.payloads()).toEqual(['0', '1', '2']);
  second.send({ cmd: 'pubrec', messageId: released?.messageId ?? 0, reasonCode: 0 });
  await second.packet('pubrel');
  expect(second.payloads()).toEqual(['0', '1', '2']);
  second.send({ cmd: 'pubcomp', messageId: released?.messageId ?? 0, reasonCode: 0 });
  await second.settled();
  for (const at of [2, 3, 4, 5]) {
    await until('the next', () => second.all('publish').length > at);
    second.send({ cmd: 'puback', messageId: second.all('publish')[at]?.messageId ?? 0, reasonCode: 0 });
  }
  await until('the newest', () => second.all('publish').length === 7);
  expect(second.payloads()).toEqual(numbers(0, 7));
  expect(second.all('publish').map(({ dup }) => dup)).toEqual([true, true, true, true, true, true, false]);
});

test('QoS 0 is not kept for who is away', async () => {
  const first = house.client();
  await first.connect({ clientId: 'away', clean: false });
  await first.subscribe({ topic: 'a', qos: 1 });
  first.destroy();
  await until('it waits', () => house.broker.clients().length === 0);
  await house.broker.publish({ topic: 'a', payload: Buffer.from('0'), qos: 0, retain: false });
  await house.broker.publish({ topic: 'a', payload: Buffer.from('1'), qos: 1, retain: false });
  const second = house.client();
  await second.connect({ clientId: 'away', clean: false });
  await second.settled();
  expect(second.payloads()).toEqual(['1']);
});

test('all queues together are bounded: the fullest gives way, and nobody else', async () => {
  const waiting = async (clientId: string, topic: string): Promise<void> => {
    const client = house.client();
    await client.connect({ clientId, clean: false });
    await client.subscribe({ topic, qos: 1 });
    client.destroy();
  };
  await waiting('modest', 'small');
  for (let i = 0; i < 20; i++) await waiting(`full-${i}`, 'large');
  await until('they wait', () => house.broker.clients().length === 0);
  await house.broker.publish({ topic: 'small', payload: Buffer.from('kept'), qos: 1, retain: false });
  const payload = Buffer.alloc(1_048_576);
  // 140 MiB, where 128 may wait.
  for (let i = 0; i < 7; i++) await house.broker.publish({ topic: 'large', payload, qos: 1, retain: false });
  expect(house.broker.stats().dropped.queue_full).toBeGreaterThanOrEqual(12);
  expect(house.broker.stats().dropped.queue_full).toBeLessThan(30);
  const modest = house.client();
  await modest.connect({ clientId: 'modest', clean: false });
  expect((await modest.packet('publish')).payload.toString()).toBe('kept');
});
