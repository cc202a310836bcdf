import { afterEach, expect, test } from 'vitest';
import { bytes } from '#topics';
import { type EmbeddedBroker, LIMITS_AS_CONFIGURED, optionsOf, startBroker } from '../rigs/embedded-broker.ts';
import type { RawClient } from '../rigs/raw-client.ts';
import { until } from '../rigs/until.ts';

let house: EmbeddedBroker;
afterEach(() => house?.stop());

const withLimits = async (limits: Partial<typeof LIMITS_AS_CONFIGURED>): Promise<void> => {
  house = await startBroker({ options: { limits: { ...LIMITS_AS_CONFIGURED, ...limits } } });
};

test('a client that acknowledges nothing is sent no more than may be in flight, by count and by bytes', async () => {
  await withLimits({ inflight: 5 });
  const idle = house.client({ version: 5, acknowledges: false });
  await idle.connect();
  await idle.subscribe({ topic: '+', qos: 1, nl: false, rap: false, rh: 0 });
  const publish = (payload: Buffer): Promise<void> =>
    house.broker.publish({ topic: 'a', payload, qos: 1, retain: false });
  for (let i = 0; i < 20; i++) await publish(Buffer.from('x'));
  await idle.settled();
  expect(idle.all('publish')).toHaveLength(5);
  const { listeners, limits } = optionsOf();
  await house.broker.reload(optionsOf({ listeners, limits: { ...limits, inflight: 1_024 } }));
  const large = house.client({ version: 5, acknowledges: false });
  await large.connect();
  await large.subscribe({ topic: '+', qos: 1, nl: false, rap: false, rh: 0 });
  for (let i = 0; i < 20; i++) await publish(Buffer.alloc(1_048_576));
  await until('4 MiB', () => large.all('publish').length === 4);
  await large.settled();
  expect(large.all('publish')).toHaveLength(4);
  for (const { messageId = 0 } of large.all('publish')) large.send({ cmd: 'puback', messageId, reasonCode: 0 });
  await until('the next ones', () => large.all('publish').length === 8);
});

test.each([
  ['messages', { queue_messages: 10 }, 3],
  ['bytes', { queue_bytes: bytes(65_536) }, 6_000],
] as const)('a queue of more %s than may wait loses the oldest, counted', async (_, limits, size) => {
  await withLimits(limits);
  const login = { clientId: 'away', clean: false };
  const away = house.client();
  await away.connect(login);
  await away.subscribe({ topic: 'a', qos: 1 });
  away.destroy();
  await until('it is away', () => house.broker.clients().length === 0);
  for (let i = 0; i < 30; i++) {
    const payload = Buffer.alloc(size, `${10 + i} `);
    await house.broker.publish({ topic: 'a', payload, qos: 1, retain: false });
  }
  expect(house.broker.stats().dropped.queue_full).toBe(20);
  const back = house.client();
  await back.connect(login);
  await until('what waits', () => back.payloads().length === 10);
  const newest = Array.from({ length: 10 }, (_unused, i) => 30 + i);
  expect(back.payloads().map((payload) => Number.parseInt(payload, 10))).toEqual(newest);
});

test('all queues together hold no more than configured: the longest gives way, and a short one keeps its messages', async () => {
  await withLimits({ queue_total_bytes: bytes(4_194_304) });
  const wait = async (clientId: string, topic: string): Promise<void> => {
    const client = house.client();
    await client.connect({ clientId, clean: false });
    await client.subscribe({ topic, qos: 1 });
    client.destroy();
    await until('it waits', () => house.broker.clients().length === 0);
  };
  const publish = (topic: string, payload: Buffer): Promise<void> =>
    house.broker.publish({ topic, payload, qos: 1, retain: false });
  await wait('short', 'small');
  await publish('small', Buffer.from('kept'));
  for (let i = 0; i < 4; i++) await wait(`long-${i}`, 'large');
  for (let i = 0; i < 32; i++) await publish('large', Buffer.alloc(262_144));
  const queued = [...Array(4).keys()].map(async (i) => {
    const back = house.client();
    await back.connect({ clientId: `long-${i}`, clean: false });
    await back.settled();
    return back.all('publish').length;
  });
  const left = (await Promise.all(queued)).reduce((sum, count) => sum + count, 0);
  // 4 MiB, and what comes between two looks at it.
  expect(left).toBeLessThanOrEqual(20);
  expect(house.broker.stats().dropped.queue_full).toBe(4 * 32 - left);
  const short = house.client();
  await short.connect({ clientId: 'short', clean: false });
  expect((await short.packet('publish')).payload.toString()).toBe('kept');
});

test('client ids, wills and filters of all together are bounded: 0x97, and whoever needs little comes in all the same', async () => {
  await withLimits({});
  const text = 'x'.repeat(60_000);
  const large = (clientId: string): Parameters<RawClient['connect']>[0] => ({
    clientId,
    will: {
      topic: 'gone',
      payload: Buffer.from(text),
      qos: 1,
      retain: false,
      properties: { willDelayInterval: 600, userProperties: { a: text, b: text, c: text, d: text, e: text } },
    },
    properties: { sessionExpiryInterval: 600 },
  });
  // 64 MiB in wills of 360 KB.
  let inside = 0;
  for (; inside < 250; inside++) {
    const client = house.client({ version: 5 });
    const { reasonCode } = await client.connect(large(`large-${inside}`));
    client.destroy();
    if (reasonCode !== 0) {
      expect(reasonCode).toBe(0x97);
      break;
    }
  }
  expect(inside).toBeGreaterThan(150);
  expect(inside).toBeLessThan(200);
  // Who is known comes back with what it had.
  expect((await house.client({ version: 5 }).connect({ ...large('large-7'), clean: false })).reasonCode).toBe(0);
  const modest = house.client({ version: 5 });
  const will = { topic: 'gone', payload: Buffer.from('offline'), qos: 1, retain: true } as const;
  expect((await modest.connect({ will })).reasonCode).toBe(0);
  const ask = async (topic: string): Promise<unknown> => (await modest.subscribe(topic)).granted;
  expect([await ask('small'), await ask('x'.repeat(40_000)), await ask('small/too')]).toEqual([[0], [0x97], [0]]);
  const four = house.client();
  expect((await four.connect({ clientId: 'x'.repeat(40_000) })).returnCode).toBe(3);
  // An end that gives its room back.
  const last = house.client({ version: 5 });
  await last.connect({ clientId: 'large-3' });
  expect(await ask('x'.repeat(40_000))).toEqual([0]);
});

test('user properties count in what waits for a client', async () => {
  await withLimits({ queue_bytes: bytes(65_536) });
  const away = house.client({ version: 5 });
  await away.connect({ clientId: 'away', properties: { sessionExpiryInterval: 600 } });
  await away.subscribe({ topic: 'a', qos: 1, nl: false, rap: false, rh: 0 });
  away.destroy();
  await until('it is away', () => house.broker.clients().length === 0);
  const userProperties = Array.from({ length: 100 }, (_, at) => [`name-${at}`, 'x'.repeat(100)] as const);
  for (let i = 0; i < 10; i++) {
    const message = {
      topic: 'a',
      payload: Buffer.from('x'),
      qos: 1,
      retain: false,
      properties: { userProperties },
    } as const;
    await house.broker.publish(message);
  }
  expect(house.broker.stats().dropped.queue_full).toBe(7);
});
