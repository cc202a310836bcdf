import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Origin } from '../../../../src/broker/ports.ts';
import { Retained } from '../../../../src/broker/retained/retained.ts';
import type { Store } from '../../../../src/broker/store/store.ts';
import type { Message } from '../../../../src/topics/index.ts';
import { DatabaseFolder } from '../../../rigs/database.ts';

const CLIENT: Origin = { kind: 'client', id: 'lamp' };
const AGENT: Origin = { kind: 'agent', id: 'porch' };

let folder: DatabaseFolder;
let store: Store;
let retained: Retained;
beforeEach(async () => {
  folder = new DatabaseFolder();
  await open();
});
afterEach(() => folder.remove());

async function open(): Promise<void> {
  store = await folder.open();
  retained = new Retained(store, folder.kept.log);
  await retained.start(new AbortController().signal);
}
/** As after `kill -9`: what was written behind is lost. */
async function crash(): Promise<void> {
  await store.stop();
  await open();
}
async function restart(): Promise<void> {
  await retained.stop();
  await crash();
}
const message = (topic: string, payload: string, more: Partial<Message> = {}): Message => ({
  topic,
  payload: Buffer.from(payload),
  qos: 1,
  retain: true,
  ...more,
});
const found = (filter: string) =>
  [...retained.match(filter)].map(({ topic, payload }) => `${topic}=${payload.toString()}`).sort();

describe('what is retained', () => {
  test('is the newest of each topic, found by filter', () => {
    void retained.set(message('a/b', '1'), CLIENT);
    void retained.set(message('a/b', '2'), CLIENT);
    void retained.set(message('a/c', '3'), CLIENT);
    void retained.set(message('$SYS/x', '4'), CLIENT);
    expect(found('a/+')).toEqual(['a/b=2', 'a/c=3']);
    expect(found('#')).toEqual(['a/b=2', 'a/c=3']);
    expect(found('$SYS/#')).toEqual(['$SYS/x=4']);
    expect(retained.count).toBe(3);
  });

  test('goes with an empty payload, for good', async () => {
    await retained.set(message('a', '1'), CLIENT);
    await retained.set(message('a', ''), CLIENT);
    expect(found('#')).toEqual([]);
    await crash();
    expect(found('#')).toEqual([]);
  });

  test('comes back whole after a restart', async () => {
    const whole = message('a', '\u0000x', {
      qos: 2,
      properties: { contentType: 'x', userProperties: [['k', 'v']], correlationData: Buffer.from([255]) },
    });
    await retained.set(whole, CLIENT);
    await crash();
    expect([...retained.match('a')]).toEqual([whole]);
  });

  test('does not hold on to the memory it came in', () => {
    const socket = Buffer.from('xxhellox');
    void retained.set({ ...message('a', ''), payload: socket.subarray(2, 7) }, CLIENT);
    socket.fill('y');
    expect(found('a')).toEqual(['a=hello']);
  });

  test('expires, and says how long it still lives', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 });
    try {
      await retained.set(message('a', '1', { properties: { messageExpiryInterval: 10 } }), CLIENT);
      vi.setSystemTime(1_004_000);
      await restart();
      expect([...retained.match('a')][0]?.properties).toEqual({ messageExpiryInterval: 6 });
      vi.setSystemTime(1_010_000);
      expect(found('a')).toEqual([]);
      expect(retained.count).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('what survives a crash', () => {
  test("a client's QoS 1 and 2, once its promise settled", async () => {
    await retained.set(message('a', '1'), CLIENT);
    await retained.set(message('b', '2', { qos: 2 }), CLIENT);
    await crash();
    expect(found('#')).toEqual(['a=1', 'b=2']);
  });

  test("QoS 0 and the agent's own are nobody's to wait for, and are on disk after a stop", async () => {
    expect(retained.set(message('a', '1', { qos: 0 }), CLIENT)).toBeUndefined();
    expect(retained.set(message('b', '2'), AGENT)).toBeUndefined();
    await crash();
    expect(found('#')).toEqual([]);
    void retained.set(message('a', '1', { qos: 0 }), CLIENT);
    void retained.set(message('b', '2'), AGENT);
    await restart();
    expect(found('#')).toEqual(['a=1', 'b=2']);
  });

  test('a value that was acknowledged is not overwritten by an older one that was not written yet', async () => {
    void retained.set(message('a', 'old', { qos: 0 }), CLIENT);
    await retained.set(message('a', 'new'), CLIENT);
    await restart();
    expect(found('#')).toEqual(['a=new']);
  });

  test('a stop writes more than the disk can have waiting', async () => {
    for (let i = 0; i < 60_000; i++) void retained.set(message(`t${i}`, 'x'), AGENT);
    await restart();
    expect(retained.count).toBe(60_000);
  });

  test('a burst of one topic is one write', async () => {
    const write = vi.spyOn(store, 'write');
    for (let i = 0; i < 1000; i++) void retained.set(message('a', `${i}`), AGENT);
    await retained.stop();
    expect(write).toHaveBeenCalledOnce();
  });
});

test('too much is refused, said once, and there is room again after a deletion', async () => {
  const big = 'x'.repeat(1024 * 1024);
  const results = await Promise.allSettled(
    Array.from({ length: 70 }, async (_, i) => {
      await (i % 10 === 9 ? new Promise((resolve) => setTimeout(resolve, 1)) : undefined);
      return retained.set(message(`t${i}`, big, { qos: i < 60 ? 0 : 1 }), CLIENT);
    }),
  );
  const refused = results.filter((one) => one.status === 'rejected');
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]).toMatchObject({ reason: { code: 'RETAINED_FULL' } });
  expect(folder.kept.lines.filter(({ code }) => code === 'RETAINED_FULL')).toHaveLength(1);
  void retained.set(message('t0', '', { qos: 0 }), CLIENT);
  expect(retained.set(message('new', 'x', { qos: 0 }), CLIENT)).toBeUndefined();
  expect(found('new')).toEqual(['new=x']);
});
