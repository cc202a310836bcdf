import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { hashPassword, type UserOptions } from '#broker';
import { DurableHouse } from '../../rigs/durable-house.ts';
import { until } from '../../rigs/until.ts';
import { come, go, waiting } from '../../rigs/waiting-client.ts';

let house: DurableHouse;
beforeEach(async () => {
  house = await DurableHouse.start();
});
afterEach(() => house.remove());

const numbers = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => String(from + i));
const plain = { nl: false, rap: false, rh: 0 } as const;

/** Settles when the PUBACK is due. */
const publish = (payload: string, qos: 1 | 2 = 1, topic = 'a'): Promise<void> =>
  house.broker.publish({ topic, payload: Buffer.from(payload), qos, retain: false });
describe('what survives a restart and a power cut', () => {
  test.each(['restart', 'crash'] as const)('subscriptions with their options and identifiers (%s)', async (how) => {
    const { client } = await come(house);
    await client.subscribeWith({ subscriptionIdentifier: 7 }, { topic: 'a/+', qos: 1, nl: true, rap: true, rh: 0 });
    await client.subscribe({ topic: 'gone', qos: 1, ...plain });
    client.send({ cmd: 'unsubscribe', messageId: 9, unsubscriptions: ['gone'] });
    await client.packet('unsuback');
    await house[how]();
    const { client: back, present } = await come(house);
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
      const { client } = await come(house);
      await client.subscribe({ topic: 'a/#', qos: 2, ...plain });
      await go(house, client);
      for (const payload of numbers(0, 20)) await publish(payload, Number(payload) % 2 === 0 ? 1 : 2, `a/${payload}`);
      await house.broker.publish({
        topic: 'a/whole',
        payload: Buffer.from('x'),
        qos: 1,
        retain: false,
        properties: { contentType: 't', userProperties: [['k', 'v']], messageExpiryInterval: 600 },
      });
      await house[how]();
      const { client: back } = await come(house);
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
      const { client } = await come(house, { acknowledges: false });
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
      const { client: back } = await come(house);
      const expected = numbers(0, 202).filter((payload) => payload !== '1');
      await until('all', () => back.payloads().length === expected.length);
      expect(back.payloads()).toEqual(expected);
      const again = back.all('publish').slice(0, 128);
      expect(again.every(({ dup }) => dup)).toBe(true);
      expect(again.slice(1, 127).map(({ messageId }) => messageId)).toEqual(ids.slice(2, 128));
    },
  );

  test('QoS 2 to a client goes on where it stopped: PUBREL again, not the message [MQTT-4.3.3-4]', async () => {
    const { client } = await come(house, { acknowledges: false });
    await client.subscribe({ topic: 'a', qos: 2, ...plain });
    await publish('x', 2);
    const { messageId = 0 } = await client.packet('publish');
    client.send({ cmd: 'pubrec', messageId, reasonCode: 0 });
    await client.packet('pubrel');
    await house.crash();
    const { client: back } = await come(house);
    expect((await back.packet('pubrel')).messageId).toBe(messageId);
    await back.settled();
    expect(back.payloads()).toEqual([]);
    await until('nothing is left', async () => (await waiting(house)) === 0);
  });

  test('QoS 2 from a client is taken once, however often it comes [MQTT-4.3.3-10]', async () => {
    const seen: string[] = [];
    const watch = (): unknown => house.broker.subscribe('t', ({ payload }) => seen.push(payload.toString()));
    watch();
    const { client } = await come(house, { acknowledges: false });
    client.publish('t', 'x', { qos: 2, messageId: 5 });
    await client.packet('pubrec');
    await house.crash();
    watch();
    const { client: back } = await come(house, { acknowledges: false });
    back.publish('t', 'x', { qos: 2, messageId: 5, dup: true });
    await back.packet('pubrec');
    expect(seen).toEqual(['x']);
    back.send({ cmd: 'pubrel', messageId: 5, reasonCode: 0 });
    await back.packet('pubcomp');
    await house.crash();
    watch();
    const { client: third } = await come(house, { acknowledges: false });
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
    await go(house, client);
    await publish('secret', 1, 'private/a');
    await publish('open', 1, 'public/a');
    await house.restart(users('public/#'));
    const back = house.client();
    expect((await back.connect(sue)).sessionPresent).toBe(true);
    await back.packet('publish');
    await back.settled();
    expect(back.payloads()).toEqual(['open']);
    expect(house.broker.stats().dropped.not_authorized).toBe(1);
    await go(house, back);
    await house.restart({});
    expect(house.broker.stats()).toMatchObject({ sessions: 0, subscriptions: 0 });
  });
});

test('presence tells after a restart whose session waits', async () => {
  const { client } = await come(house);
  await go(house, client);
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

test('a clean start leaves nothing of before, on disk neither [MQTT-3.1.2-4]', async () => {
  const { client } = await come(house);
  await client.subscribe({ topic: 'a', qos: 2, ...plain });
  client.publish('t', 'x', { qos: 2, messageId: 5 });
  await go(house, client);
  await publish('x');
  const { present } = await come(house, {}, true);
  expect(present).toBe(false);
  const { sessions, subscriptions, incoming, backlogs } = await house.store.ask('sessions', 'load', 128);
  expect(sessions).toHaveLength(1);
  expect([subscriptions, incoming, backlogs]).toEqual([[], [], []]);
});

describe('what the disk and the memory have to do', () => {
  test('a message that a connected client acknowledges at once never reaches the disk', async () => {
    const { client } = await come(house);
    await client.subscribe({ topic: 'a', qos: 1, ...plain });
    const write = vi.spyOn(house.store, 'write');
    for (const payload of numbers(0, 100)) await publish(payload);
    expect(client.payloads()).toHaveLength(100);
    // But for a moment in which the machine did something else.
    expect(write.mock.calls.filter(([, method]) => method === 'enqueue').length).toBeLessThan(50);
  });

  test('a queue of who is away is on disk alone, and comes in pages, in order', async () => {
    const { client } = await come(house);
    await client.subscribe({ topic: 'a', qos: 1, ...plain });
    await go(house, client);
    const all = numbers(0, 5_000);
    await Promise.all(all.map((payload) => publish(payload)));
    expect(await waiting(house)).toBe(5_000);
    const { client: back } = await come(house, { acknowledges: false });
    await until('the window', () => back.payloads().length === 128);
    await go(house, back);
    const { client: third } = await come(house);
    await Promise.all(numbers(5_000, 5_100).map((payload) => publish(payload)));
    await until('all', () => third.payloads().length === 5_100, 15_000);
    expect(third.payloads()).toEqual([...all, ...numbers(5_000, 5_100)]);
    await until('nothing is left', async () => (await waiting(house)) === 0);
  });

  test('a queue is bounded on disk too: the oldest goes and is counted', async () => {
    const { client } = await come(house);
    await client.subscribe({ topic: 'a', qos: 1, ...plain });
    await go(house, client);
    const payload = Buffer.alloc(1_000_000);
    for (let i = 0; i < 12; i++) await house.broker.publish({ topic: 'a', payload, qos: 1, retain: false });
    await until('the bound', () => house.broker.stats().dropped.queue_full === 4);
    expect(await waiting(house)).toBe(8);
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
    const { client: other } = await come(house);
    await other.subscribe({ topic: '$share/g/a', qos: 2, ...plain });
    member.destroy();
    await until('what is left', () => other.payloads().length === 3);
    await other.settled();
    expect(other.payloads()).toEqual(['begun at 1', 'waits at 2', 'waits at 1']);
    await until('its rows are gone', async () => (await house.store.ask('sessions', 'load', 1)).sessions.length === 1);
  });
});
