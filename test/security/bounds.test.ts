import { afterEach, expect, test, vi } from 'vitest';
import { bytes, milliseconds } from '#topics';
import { PublishRate } from '../../src/broker/wire/publish-rate.ts';
import { Certificates } from '../rigs/certificates.ts';
import { type EmbeddedBroker, LIMITS_AS_CONFIGURED, optionsOf, startBroker } from '../rigs/embedded-broker.ts';
import { until } from '../rigs/until.ts';

let house: EmbeddedBroker;
afterEach(() => {
  vi.useRealTimers();
  return house?.stop();
});

const withLimits = async (limits: Partial<typeof LIMITS_AS_CONFIGURED>): Promise<void> => {
  house = await startBroker({ options: { limits: { ...LIMITS_AS_CONFIGURED, ...limits } } });
};

test.each([{ connections: 3 }, { connections_per_address: 3 }])(
  'one connection more than %j is told so: 0x97, 3 before MQTT 5, and room comes back',
  async (limits) => {
    await withLimits(limits);
    const inside = [house.client(), house.client(), house.client()];
    for (const client of inside) expect((await client.connect()).returnCode).toBe(0);
    const five = house.client({ version: 5 });
    expect((await five.connect()).reasonCode).toBe(0x97);
    await five.closing();
    const four = house.client();
    expect((await four.connect()).returnCode).toBe(3);
    await four.closing();
    inside[0]?.destroy();
    await until('room', () => house.broker.clients().length === 2);
    expect((await house.client().connect()).returnCode).toBe(0);
  },
);

test('a flood of connections beyond the bound is closed without a word', async () => {
  await withLimits({ connections_per_address: 1 });
  const flood = Array.from({ length: 60 }, () => house.client());
  await Promise.all(flood.map((client) => client.open()));
  await until('most are closed', () => flood.filter(({ closed }) => closed).length >= 60 - 33);
  expect(flood.filter(({ closed }) => !closed).length).toBeGreaterThan(0);
});

test.each(['TLS', 'WebSocket'])(
  'a flood of %s handshakes that go on for ever is bounded by address too',
  async (how) => {
    const pem = new Certificates();
    try {
      const way = how === 'TLS' ? { tls: pem.selfSigned('porch') } : { websocket: true };
      const listeners = [{ host: '127.0.0.1', port: 0, ...way }];
      house = await startBroker({
        options: { listeners, limits: { ...LIMITS_AS_CONFIGURED, connections_per_address: 1 } },
      });
      const flood = Array.from({ length: 100 }, () => house.client());
      await Promise.all(flood.map((socket) => socket.open()));
      await until('35 are closed', () => flood.filter(({ closed }) => closed).length === 35);
      for (const socket of flood) socket.destroy();
      await until('all are gone', () => flood.every(({ closed }) => closed));
      // They hold no place any longer.
      const enters = async (): Promise<boolean> => {
        const secure = how === 'TLS' && { tls: { rejectUnauthorized: false } };
        const next = house.client({ ...secure });
        const opened = await next.open().then(
          () => true,
          () => false,
        );
        if (how === 'TLS') return opened;
        next.send(Buffer.from('GET / HTTP/1.1\r\nHost: porch\r\n\r\n'));
        await until('an answer or the end', () => next.closed || next.bytes.length > 0);
        return next.bytes.length > 0;
      };
      await until('room', enters);
    } finally {
      pem.dispose();
    }
  },
);

test('whoever does not say who it is goes after the connect timeout', async () => {
  await withLimits({ connect_timeout: milliseconds(100) });
  const silent = await house.client().open();
  await silent.closing();
  const halfway = await house.client().open();
  halfway.send(Buffer.from('100d0004', 'hex'));
  await halfway.closing();
});

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

test('a CONNECT is bounded more tightly than what a known client sends', async () => {
  await withLimits({});
  const stranger = await house.client().open();
  stranger.send(Buffer.from('1080808001', 'hex'));
  await stranger.closing();
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
