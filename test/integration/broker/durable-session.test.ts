import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { hashPassword, type UserOptions } from '#broker';
import { DurableHouse } from '../../rigs/durable-house.ts';
import type { RawClient, RawClientOptions } from '../../rigs/raw-client.ts';
import { until } from '../../rigs/until.ts';

let house: DurableHouse;
beforeEach(async () => {
  house = await DurableHouse.start();
});
afterEach(() => house.remove());

const numbers = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => String(from + i));
const plain = { nl: false, rap: false, rh: 0 } as const;

/** The client `waits`, MQTT 5, whose session stays for ten minutes. */
async function come(options: RawClientOptions = {}, clean = false): Promise<{ client: RawClient; present: boolean }> {
  const client = house.client({ version: 5, ...options });
  const properties = { sessionExpiryInterval: 600 };
  const { sessionPresent } = await client.connect({ clientId: 'waits', clean, properties });
  return { client, present: sessionPresent };
}
async function go(client: RawClient): Promise<void> {
  client.destroy();
  await until('it is away', () => !house.broker.clients().some(({ id }) => id === 'waits'));
}
/** Settles when the PUBACK is due. */
const publish = (payload: string, qos: 1 | 2 = 1, topic = 'a'): Promise<void> =>
  house.broker.publish({ topic, payload: Buffer.from(payload), qos, retain: false });
/** Messages on disk. */
const waiting = async (): Promise<number> =>
  (await house.store.ask('sessions', 'load', 1)).backlogs.reduce((sum, { rows }) => sum + rows, 0);

describe('what survives a restart and a power cut', () => {
  test.each(['restart', 'crash'] as const)('subscriptions with their options and identifiers (%s)', async (how) => {
    const { client } = await come();
    await client.subscribeWith({ subscriptionIdentifier: 7 }, { topic: 'a/+', qos: 1, nl: true, rap: true, rh: 0 });
    await client.subscribe({ topic: 'gone', qos: 1, ...plain });
    client.send({ cmd: 'unsubscribe', messageId: 9, unsubscriptions: ['gone'] });
    await client.packet('unsuback');
    await house[how]();
    const { client: back, present } = await come();
    expect(present).toBe(true);
    back.publish('a/x', 'own', { qos: 1, messageId: 1 });
    await house.broker.publish({ topic: 'a/y', payload: Buffer.from('kept'), qos: 1, retain: true });
    await publish('nothing', 1, 'gone');
    const got = await back.packet('publish');
    expect([got.topic, got.retain, got.properties?.subscriptionIdentifier]).toEqual(['a/y', true, 7]);
    await back.settled();
    expect(back.payloads()).toEqual(['kept']);
  });

  test.each(['restart', 'crash'] as const)(
    'what was queued for who is away, in its order and whole (%s)',
    async (how) => {
      const { client } = await come();
      await client.subscribe({ topic: 'a/#', qos: 2, ...plain });
      await go(client);
      for (const payload of numbers(0, 20)) await publish(payload, Number(payload) % 2 === 0 ? 1 : 2, `a/${payload}`);
      await house.broker.publish({
        topic: 'a/whole',
        payload: Buffer.from('x'),
        qos: 1,
        retain: false,
        properties: { contentType: 't', userProperties: [['k', 'v']], messageExpiryInterval: 600 },
      });
      await house[how]();
      const { client: back } = await come();
      await until('all', () => back.payloads().length === 21);
      expect(back.payloads()).toEqual([...numbers(0, 20), 'x']);
      const published = back.all('publish');
      expect(published.map(({ dup }) => dup)).toEqual(published.map(() => false));
      expect(published.slice(0, 20).map(({ qos }) => qos)).toEqual(
        numbers(0, 20).map((n) => (Number(n) % 2 === 0 ? 1 : 2)),
      );
      expect(published.at(-1)?.properties).toMatchObject({ contentType: 't', userProperties: { k: 'v' } });
      expect(published.at(-1)?.properties?.messageExpiryInterval).toBeGreaterThan(590);
    },
  );

  test.each(['restart', 'crash'] as const)(
    'what was in flight: again with DUP and its own identifier, in its order, before anything newer [MQTT-4.4.0-1, 4.6.0-1] (%s)',
    async (how) => {
      const { client } = await come({ acknowledges: false });
      await client.subscribe({ topic: 'a', qos: 1, ...plain });
      await Promise.all(numbers(0, 200).map((payload) => publish(payload)));
      await until('the window', () => client.payloads().length === 128);
      const ids = client.all('publish').map(({ messageId }) => messageId);
      // The second of them is done, whatever comes.
      client.send({ cmd: 'puback', messageId: ids[1] ?? 0, reasonCode: 0 });
      await until('it is done on disk', () => client.payloads().length === 129);
      await publish('200');
      await house[how]();
      await publish('201');
      const { client: back } = await come();
      const expected = numbers(0, 202).filter((payload) => payload !== '1');
      await until('all', () => back.payloads().length === expected.length);
      expect(back.payloads()).toEqual(expected);
      const again = back.all('publish').slice(0, 128);
      expect(again.every(({ dup }) => dup)).toBe(true);
      expect(again.slice(1, 127).map(({ messageId }) => messageId)).toEqual(ids.slice(2, 128));
    },
  );

  test('QoS 2 to a client goes on where it stopped: PUBREL again, not the message [MQTT-4.3.3-4]', async () => {
    const { client } = await come({ acknowledges: false });
    await client.subscribe({ topic: 'a', qos: 2, ...plain });
    await publish('x', 2);
    const { messageId = 0 } = await client.packet('publish');
    client.send({ cmd: 'pubrec', messageId, reasonCode: 0 });
    await client.packet('pubrel');
    await house.crash();
    const { client: back } = await come();
    expect((await back.packet('pubrel')).messageId).toBe(messageId);
    await back.settled();
    expect(back.payloads()).toEqual([]);
    await until('nothing is left', async () => (await waiting()) === 0);
  });

  test('QoS 2 from a client is taken once, however often it comes [MQTT-4.3.3-10]', async () => {
    const seen: string[] = [];
    const watch = (): unknown => house.broker.subscribe('t', ({ payload }) => seen.push(payload.toString()));
    watch();
    const { client } = await come({ acknowledges: false });
    client.publish('t', 'x', { qos: 2, messageId: 5 });
    await client.packet('pubrec');
    await house.crash();
    watch();
    const { client: back } = await come({ acknowledges: false });
    back.publish('t', 'x', { qos: 2, messageId: 5, dup: true });
    await back.packet('pubrec');
    expect(seen).toEqual(['x']);
    back.send({ cmd: 'pubrel', messageId: 5, reasonCode: 0 });
    await back.packet('pubcomp');
    await house.crash();
    watch();
    const { client: third } = await come({ acknowledges: false });
    third.publish('t', 'y', { qos: 2, messageId: 5 });
    await third.packet('pubrec');
    expect(seen).toEqual(['x', 'y']);
  });

  test('a session of a user who is gone does not come back, and what its user may not read any more is not sent', async () => {
    const hash = await hashPassword('secret');
    const users = (filter: string): { users: UserOptions[] } => ({
      users: [{ name: 'sue', password: hash, acl: [{ filter, access: 'readwrite' }] }],
    });
    await house.restart(users('#'));
    const sue = { clientId: 'waits', clean: false, username: 'sue', password: Buffer.from('secret') };
    const client = house.client();
    await client.connect(sue);
    await client.subscribe({ topic: '#', qos: 1 });
    await go(client);
    await publish('secret', 1, 'private/a');
    await publish('open', 1, 'public/a');
    await house.restart(users('public/#'));
    const back = house.client();
    expect((await back.connect(sue)).sessionPresent).toBe(true);
    await back.packet('publish');
    await back.settled();
    expect(back.payloads()).toEqual(['open']);
    expect(house.broker.stats().dropped.not_authorized).toBe(1);
    await go(back);
    await house.restart({});
    expect(house.broker.stats()).toMatchObject({ sessions: 0, subscriptions: 0 });
  });
});

test('presence tells after a restart whose session waits', async () => {
  const { client } = await come();
  await go(client);
  await house.restart();
  const said = (): unknown => {
    let payload = 'null';
    house.broker.subscribe('pinbus/v1/porch/clients/waits', (message) => {
      payload = message.payload.toString();
    })();
    return JSON.parse(payload);
  };
  expect(await until('it is told of', said)).toMatchObject({ connected: false, healthy: false });
});

describe('expiry', () => {
  test('counts on over a restart [MQTT-3.1.2-23]', async () => {
    const client = house.client({ version: 5 });
    await client.connect({ clientId: 'short', clean: false, properties: { sessionExpiryInterval: 4 } });
    const lost = performance.now();
    client.destroy();
    await until('two seconds', () => performance.now() - lost > 2_000);
    await house.restart();
    const restarted = performance.now();
    expect(house.broker.stats().sessions).toBe(1);
    await until('it is gone', () => house.broker.stats().sessions === 0);
    expect(performance.now() - lost).toBeGreaterThan(3_900);
    // Not from the start on.
    expect(performance.now() - restarted).toBeLessThan(4_000);
  });

  test('of a message counts on over a restart, and it is never delivered late [MQTT-3.3.2-5]', async () => {
    const { client } = await come();
    await client.subscribe({ topic: 'a', qos: 1, ...plain });
    await go(client);
    const properties = (messageExpiryInterval: number) => ({ properties: { messageExpiryInterval } });
    const message = { topic: 'a', qos: 1, retain: false } as const;
    await house.broker.publish({ ...message, payload: Buffer.from('soon'), ...properties(1) });
    await house.broker.publish({ ...message, payload: Buffer.from('later'), ...properties(100) });
    await house.restart();
    const began = performance.now();
    await until('a second', () => performance.now() - began > 1_000);
    const { client: back } = await come();
    const got = await back.packet('publish');
    expect([got.payload.toString(), got.properties?.messageExpiryInterval]).toEqual(['later', 99]);
    expect(house.broker.stats().dropped.expired).toBe(1);
  });

  test('a clean start leaves nothing of before, on disk neither [MQTT-3.1.2-4]', async () => {
    const { client } = await come();
    await client.subscribe({ topic: 'a', qos: 2, ...plain });
    client.publish('t', 'x', { qos: 2, messageId: 5 });
    await go(client);
    await publish('x');
    const { present } = await come({}, true);
    expect(present).toBe(false);
    const { sessions, subscriptions, incoming, backlogs } = await house.store.ask('sessions', 'load', 128);
    expect(sessions).toHaveLength(1);
    expect([subscriptions, incoming, backlogs]).toEqual([[], [], []]);
  });
});

describe('wills', () => {
  const will = { topic: 'will/a', payload: Buffer.from('gone'), qos: 1, retain: true } as const;
  const left = (): string[] => {
    const found: string[] = [];
    house.broker.subscribe('will/#', ({ payload }) => found.push(payload.toString()))();
    return found;
  };

  test('of a client that a power cut cut off is published at the next start, once', async () => {
    await house.client().connect({ clientId: 'clean', will });
    await until('it is on disk', async () => (await house.store.ask('sessions', 'load', 1)).wills.length === 1);
    const image = house.image();
    await house.stop();
    await house.start(image);
    expect(left()).toEqual(['gone']);
    const cleaner = house.client();
    await cleaner.connect();
    cleaner.publish('will/a', '', { qos: 1, retain: true });
    await cleaner.packet('puback');
    await house.crash();
    expect(left()).toEqual([]);
    expect(house.broker.stats().sessions).toBe(0);
  });

  test('with a delay is not, when the client is back in time, and is else', async () => {
    const connect = {
      will: { ...will, properties: { willDelayInterval: 1 } },
      properties: { sessionExpiryInterval: 60 },
    };
    for (const clientId of ['back', 'lost']) {
      const delayed = { ...connect.will, topic: `will/${clientId}` };
      await house.client({ version: 5 }).connect({ clientId, clean: false, ...connect, will: delayed });
    }
    await until('they are on disk', async () => (await house.store.ask('sessions', 'load', 1)).wills.length === 2);
    await house.crash();
    const seen: string[] = [];
    house.broker.subscribe('will/#', ({ topic }) => seen.push(topic));
    await house.client({ version: 5 }).connect({ clientId: 'back', clean: false, properties: connect.properties });
    const began = performance.now();
    await until('the delay is over', () => performance.now() - began > 1_300);
    expect(seen).toEqual(['will/lost']);
  });

  test('that was taken back is on disk no more', async () => {
    const client = house.client({ version: 5 });
    await client.connect({ clientId: 'polite', clean: false, will, properties: { sessionExpiryInterval: 60 } });
    client.send({ cmd: 'disconnect', reasonCode: 0 });
    await client.closing();
    await house.crash();
    expect(left()).toEqual([]);
  });
});

describe('what the disk and the memory have to do', () => {
  test('a message that a connected client acknowledges at once never reaches the disk', async () => {
    const { client } = await come();
    await client.subscribe({ topic: 'a', qos: 1, ...plain });
    const write = vi.spyOn(house.store, 'write');
    for (const payload of numbers(0, 100)) await publish(payload);
    expect(client.payloads()).toHaveLength(100);
    // But for a moment in which the machine did something else.
    expect(write.mock.calls.filter(([, method]) => method === 'enqueue').length).toBeLessThan(50);
  });

  test('a queue of who is away is on disk alone, and comes in pages, in order', async () => {
    const { client } = await come();
    await client.subscribe({ topic: 'a', qos: 1, ...plain });
    await go(client);
    const all = numbers(0, 5_000);
    await Promise.all(all.map((payload) => publish(payload)));
    expect(await waiting()).toBe(5_000);
    const { client: back } = await come({ acknowledges: false });
    await until('the window', () => back.payloads().length === 128);
    await go(back);
    const { client: third } = await come();
    await Promise.all(numbers(5_000, 5_100).map((payload) => publish(payload)));
    await until('all', () => third.payloads().length === 5_100, 15_000);
    expect(third.payloads()).toEqual([...all, ...numbers(5_000, 5_100)]);
    await until('nothing is left', async () => (await waiting()) === 0);
  });

  test('a queue is bounded on disk too: the oldest goes and is counted', async () => {
    const { client } = await come();
    await client.subscribe({ topic: 'a', qos: 1, ...plain });
    await go(client);
    const payload = Buffer.alloc(1_000_000);
    for (let i = 0; i < 12; i++) await house.broker.publish({ topic: 'a', payload, qos: 1, retain: false });
    await until('the bound', () => house.broker.stats().dropped.queue_full === 4);
    expect(await waiting()).toBe(8);
  });
});

describe('a share group', () => {
  test('has what a member left behind when its session ends, but not what it had begun at QoS 2', async () => {
    const member = house.client({ version: 5, acknowledges: false });
    await member.connect({ clientId: 'leaves', properties: { sessionExpiryInterval: 1, receiveMaximum: 2 } });
    await member.subscribe({ topic: '$share/g/a', qos: 2, ...plain });
    await publish('begun at 2', 2);
    await publish('begun at 1');
    await publish('waits at 2', 2);
    await publish('waits at 1');
    await until('two of them', () => member.payloads().length === 2);
    const { client: other } = await come();
    await other.subscribe({ topic: '$share/g/a', qos: 2, ...plain });
    member.destroy();
    await until('what is left', () => other.payloads().length === 3);
    await other.settled();
    expect(other.payloads()).toEqual(['begun at 1', 'waits at 2', 'waits at 1']);
    await until('its rows are gone', async () => (await house.store.ask('sessions', 'load', 1)).sessions.length === 1);
  });
});
