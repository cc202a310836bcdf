import { afterEach, expect, test, vi } from 'vitest';
import { bytes } from '#topics';
import { PublishRate } from '../../src/broker/wire/publish-rate.ts';
import { type EmbeddedBroker, LIMITS_AS_CONFIGURED, startBroker } from '../rigs/embedded-broker.ts';
import { until } from '../rigs/until.ts';

let house: EmbeddedBroker;
afterEach(() => {
  vi.useRealTimers();
  return house?.stop();
});

const withLimits = async (limits: Partial<typeof LIMITS_AS_CONFIGURED>): Promise<void> => {
  house = await startBroker({ options: { limits: { ...LIMITS_AS_CONFIGURED, ...limits } } });
};

test('a packet above the packet size ends the connection by its length alone: 0x95, told in the CONNACK before', async () => {
  await withLimits({ packet_size: bytes(2_048) });
  const client = house.client({ version: 5 });
  const connack = await client.connect();
  expect(connack.properties?.maximumPacketSize).toBe(2_048);
  client.publish('a', Buffer.alloc(1_900));
  await client.settled();
  // The header of 200 MiB, and nothing of them.
  client.send(Buffer.from('3080808064', 'hex'));
  expect((await client.packet('disconnect')).reasonCode).toBe(0x95);
});

test('a payload above its bound is refused by itself: 0x97, and its client stays; a will by its CONNACK', async () => {
  await withLimits({ payload_size: bytes(10) });
  const five = house.client({ version: 5 });
  await five.connect();
  await five.subscribe('a');
  five.publish('a', 'x'.repeat(11), { qos: 0 });
  five.publish('a', 'x'.repeat(11), { qos: 1, messageId: 7 });
  five.publish('a', 'x'.repeat(11), { qos: 2, messageId: 8 });
  five.publish('a', 'x'.repeat(10), { qos: 1, messageId: 9 });
  await until('answers', () => five.all('puback').length === 2 && five.all('pubrec').length === 1);
  const answers = [...five.all('puback'), ...five.all('pubrec')];
  expect(answers.map(({ messageId, reasonCode }) => [messageId, reasonCode ?? 0])).toEqual([
    [7, 0x97],
    [9, 0],
    [8, 0x97],
  ]);
  expect(five.payloads()).toEqual(['x'.repeat(10)]);
  expect(house.broker.stats().dropped.packet_too_large).toBe(3);
  const four = house.client();
  await four.connect();
  four.publish('a', 'x'.repeat(11), { qos: 1, messageId: 7 });
  await four.packet('puback');
  const will = { topic: 'a', payload: Buffer.alloc(11), qos: 0, retain: false } as const;
  expect((await house.client({ version: 5 }).connect({ will })).reasonCode).toBe(0x95);
  expect((await house.client().connect({ will })).returnCode).toBe(5);
});

test.each([
  ['bytes', { topic_size: bytes(64) }, 'x'.repeat(65)],
  ['levels', { topic_levels: 8 }, '/'.repeat(8)],
] as const)('a topic of more %s than allowed is refused in PUBLISH, SUBSCRIBE and wills', async (_, limits, topic) => {
  await withLimits(limits);
  const publisher = house.client({ version: 5 });
  await publisher.connect();
  publisher.publish(topic.slice(1), 'x');
  await publisher.settled();
  publisher.publish(topic, 'x');
  expect((await publisher.packet('disconnect')).reasonCode).toBe(0x90);
  const subscriber = house.client({ version: 5 });
  await subscriber.connect();
  void subscriber.subscribe({ topic, qos: 0, nl: false, rap: false, rh: 0 }).catch(() => undefined);
  expect((await subscriber.packet('disconnect')).reasonCode).toBe(0x8f);
  const mortal = house.client({ version: 5 });
  const connack = await mortal.connect({ will: { topic, payload: Buffer.from('x'), qos: 0, retain: false } });
  expect(connack.reasonCode).toBe(0x90);
});

test('one subscription more than a client may have is refused with 0x97, and one it has already is not', async () => {
  await withLimits({ subscriptions: 2 });
  const client = house.client({ version: 5 });
  await client.connect();
  const ask = (topic: string): Promise<unknown> =>
    client.subscribe({ topic, qos: 0, nl: false, rap: false, rh: 0 }).then(({ granted }) => granted);
  expect([await ask('a'), await ask('b'), await ask('c'), await ask('a')]).toEqual([[0], [0], [0x97], [0]]);
});

test('the filters of a client may have a mebibyte in all, and one that is given back makes room', async () => {
  await withLimits({});
  const client = house.client({ version: 5 });
  await client.connect();
  const filter = (i: number): string => `${i}/`.padEnd(65_535, 'x');
  const ask = async (i: number): Promise<number | undefined> => {
    const { granted } = await client.subscribe({ topic: filter(i), qos: 0, nl: false, rap: false, rh: 0 });
    return Number(granted[0]);
  };
  for (let i = 0; i < 16; i++) expect(await ask(i)).toBe(0);
  expect([await ask(16), await ask(3)]).toEqual([0x97, 0]);
  client.send({ cmd: 'unsubscribe', messageId: 700, unsubscriptions: [filter(3)] });
  await client.packet('unsuback');
  expect(await ask(16)).toBe(0);
});

test('a client above its publish rate is read from more slowly, and others are not', async () => {
  await withLimits({ publish_rate: 20 });
  const flooding = house.client();
  const calm = house.client();
  await flooding.connect();
  await calm.connect();
  const began = performance.now();
  for (let i = 0; i < 60; i++) flooding.publish('flood', 'x');
  let through = false;
  const all = flooding.settled().then(() => {
    through = true;
  });
  calm.publish('calm', 'x');
  await calm.settled();
  expect(through).toBe(false);
  await all;
  // 40 at once, the rest at 20 a second.
  expect(performance.now() - began).toBeGreaterThan(900);
  expect(house.broker.clients()).toHaveLength(2);
});

test('who stays above the rate is slowed down for half a minute, then told 0x96 and cut off', async () => {
  await withLimits({ publish_rate: 100 });
  const client = house.client({ version: 5 });
  await client.connect();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const began = performance.now();
  for (let i = 0; i < 5_000; i++) client.publish('flood', 'x');
  const taken = (): number => house.broker.stats().messages_in;
  const pass = async (until_ms: number): Promise<void> => {
    while (!client.closed && performance.now() - began < until_ms) {
      vi.advanceTimersByTime(5);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await pass(25_000);
  expect(client.closed).toBe(false);
  // 200 at once and 100 a second.
  expect(taken()).toBeLessThan(2_750);
  await pass(60_000);
  expect(client.all('disconnect').map(({ reasonCode }) => reasonCode)).toEqual([0x96]);
});

test('whoever stays above the rate for half a minute is cut off with 0x96; a pause forgives', () => {
  const steady = new PublishRate();
  let verdict: unknown;
  for (let now_ms = 0; verdict !== 'too_fast' && now_ms < 120_000; now_ms += 5) verdict = steady.spend(100, now_ms);
  expect(verdict).toBe('too_fast');
  const pausing = new PublishRate();
  for (let round = 0; round < 10; round++) {
    for (let i = 0; i < 400; i++) expect(pausing.spend(100, round * 20_000 + i * 5)).not.toBe('too_fast');
  }
  const unbounded = new PublishRate();
  for (let i = 0; i < 1_000; i++) expect(unbounded.spend(0, 0)).toEqual({ wait_ms: 0 });
});

test('a client may have as many messages unacknowledged as it was told: 0x93, and at QoS 1 it is read from later', async () => {
  await withLimits({ receive_maximum: 3 });
  const client = house.client({ version: 5, acknowledges: false });
  expect((await client.connect()).properties?.receiveMaximum).toBe(3);
  for (let messageId = 1; messageId <= 20; messageId++) client.publish('a', 'x', { qos: 1, messageId });
  await until('all are acknowledged', () => client.all('puback').length === 20);
  for (let messageId = 21; messageId <= 23; messageId++) client.publish('a', 'x', { qos: 2, messageId });
  await client.settled();
  client.publish('a', 'x', { qos: 2, messageId: 24 });
  expect((await client.packet('disconnect')).reasonCode).toBe(0x93);
});

test('before MQTT 5 a client whose messages wait for the disk is read from later, and loses none', async () => {
  const kept: (() => void)[] = [];
  const keeper = { keep: () => new Promise<void>((resolve) => kept.push(resolve)) };
  house = await startBroker({ keeper, options: { limits: { ...LIMITS_AS_CONFIGURED, receive_maximum: 3 } } });
  const client = house.client();
  await client.connect();
  for (let messageId = 1; messageId <= 20; messageId++) client.publish('a', 'x', { qos: 1, messageId });
  await until('as many as may be', () => kept.length === 3);
  // It waits, and is not taken for dead: its pings are answered, though they came behind.
  await client.settled();
  expect(client.all('puback')).toEqual([]);
  client.publish('b', 'behind', {});
  for (let acknowledged = 0; acknowledged < 20; acknowledged++) {
    expect(kept.length).toBeLessThanOrEqual(3);
    await until('the next', () => kept.length > 0);
    kept.shift()?.();
  }
  await until('the last one', () => client.all('puback').length === 20);
  expect(client.all('puback').map(({ messageId }) => messageId)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  await client.settled();
  expect(house.broker.stats().messages_in).toBe(21);
});

test('an MQTT 5 client that has as much unacknowledged as it was told is served in all else', async () => {
  const kept: (() => void)[] = [];
  const keeper = { keep: () => new Promise<void>((resolve) => kept.push(resolve)) };
  house = await startBroker({ keeper, options: { limits: { ...LIMITS_AS_CONFIGURED, receive_maximum: 3 } } });
  const client = house.client({ version: 5 });
  await client.connect({ keepalive: 1 });
  for (let messageId = 1; messageId <= 3; messageId++) client.publish('a', 'x', { qos: 1, messageId });
  await until('all are taken', () => kept.length === 3);
  await client.settled();
  expect((await client.subscribe('b')).granted).toEqual([0]);
  // Also by its keep alive: one and a half seconds go by.
  const began = performance.now();
  await until('the keep alive has gone by', async () => {
    await client.settled();
    return performance.now() - began > 2_000;
  });
  for (const acknowledge of kept) acknowledge();
  await until('acknowledged', () => client.all('puback').length === 3);
});
