import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DurableHouse } from '../../rigs/durable-house.ts';
import { until } from '../../rigs/until.ts';
import { come, go, SESSION_S } from '../../rigs/waiting-client.ts';

let house: DurableHouse;
beforeEach(async () => {
  house = await DurableHouse.start();
});
afterEach(() => house.remove());

const plain = { nl: false, rap: false, rh: 0 } as const;

describe('expiry', () => {
  afterEach(() => void vi.useRealTimers());

  test('counts on over a restart [MQTT-3.1.2-23]', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const { client } = await come(house);
    await go(house, client);
    vi.advanceTimersByTime((SESSION_S - 1) * 1_000);
    await house.restart();
    expect(house.broker.stats().sessions).toBe(1);
    // A second of the test's own, which had ten minutes to wait else.
    await until('it is gone', () => house.broker.stats().sessions === 0);
  });

  test('of a message counts on over a restart, and it is never delivered late [MQTT-3.3.2-5]', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const { client } = await come(house);
    await client.subscribe({ topic: 'a', qos: 1, ...plain });
    await go(house, client);
    const properties = (messageExpiryInterval: number) => ({ properties: { messageExpiryInterval } });
    const message = { topic: 'a', qos: 1, retain: false } as const;
    await house.broker.publish({ ...message, payload: Buffer.from('soon'), ...properties(10) });
    await house.broker.publish({ ...message, payload: Buffer.from('later'), ...properties(100) });
    vi.advanceTimersByTime(5_000);
    await house.restart();
    vi.advanceTimersByTime(5_000);
    const { client: back } = await come(house);
    const got = await back.packet('publish');
    expect([got.payload.toString(), got.properties?.messageExpiryInterval]).toEqual(['later', 90]);
    expect(house.broker.stats().dropped.expired).toBe(1);
  });

  test.each(['1970-01-01', '2099-12-31'])('a wall clock that jumps to %s ends and begins nothing', async (day) => {
    const { client } = await come(house);
    await client.subscribe({ topic: 'a', qos: 1, ...plain });
    await go(house, client);
    const willDelayInterval = SESSION_S / 2;
    const will = { topic: 'will', payload: Buffer.from('gone'), qos: 1, properties: { willDelayInterval } } as const;
    const delayed = house.client({ version: 5 });
    await delayed.connect({ clientId: 'will', clean: false, will, properties: { sessionExpiryInterval: SESSION_S } });
    delayed.destroy();
    await until('it is away', () => house.broker.clients().length === 0);
    const properties = { messageExpiryInterval: SESSION_S };
    await house.broker.publish({ topic: 'a', payload: Buffer.from('x'), qos: 1, retain: false, properties });
    const seen: string[] = [];
    for (const happens of [() => undefined, () => house.restart(), () => house.crash()]) {
      vi.useFakeTimers({ toFake: ['Date'], now: new Date(day) });
      await happens();
      house.broker.subscribe('will', ({ topic }) => seen.push(topic));
      expect(house.broker.stats()).toMatchObject({ sessions: 2 });
    }
    const { client: back } = await come(house);
    const left_s = (await back.packet('publish')).properties?.messageExpiryInterval ?? 0;
    expect(left_s).toBeGreaterThan(SESSION_S - 60);
    expect(left_s).toBeLessThanOrEqual(SESSION_S);
    expect(seen).toEqual([]);
    const { wills } = await house.store.ask('sessions', 'load', 1);
    expect(wills).toHaveLength(1);
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
    const properties = { sessionExpiryInterval: 600 };
    for (const [clientId, willDelayInterval] of [
      ['back', 300],
      ['lost', 1],
    ] as const) {
      const delayed = { ...will, topic: `will/${clientId}`, properties: { willDelayInterval } };
      await house.client({ version: 5 }).connect({ clientId, clean: false, properties, will: delayed });
    }
    const wills = async () => (await house.store.ask('sessions', 'load', 1)).wills;
    await until('they are on disk', async () => (await wills()).length === 2);
    await house.crash();
    const seen: string[] = [];
    house.broker.subscribe('will/#', ({ topic }) => seen.push(topic));
    await house.client({ version: 5 }).connect({ clientId: 'back', clean: false, properties });
    await until('the delay is over', () => seen.length > 0);
    expect(seen).toEqual(['will/lost']);
    await until('none waits', async () => (await wills()).length === 0);
  });

  test('that was taken back is on disk no more', async () => {
    const client = house.client({ version: 5 });
    await client.connect({ clientId: 'polite', clean: false, will, properties: { sessionExpiryInterval: 60 } });
    client.send({ cmd: 'disconnect', reasonCode: 0 });
    await client.closing();
    // What the store is asked comes behind what it was told.
    expect((await house.store.ask('sessions', 'load', 1)).wills).toEqual([]);
    await house.crash();
    expect(left()).toEqual([]);
  });
});
