import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BrokerError } from '../../../../src/broker/errors.ts';
import type { Origin } from '../../../../src/broker/ports.ts';
import { Retained } from '../../../../src/broker/retained/retained.ts';
import { Connection } from '../../../../src/broker/store/connection.ts';
import { MIGRATIONS } from '../../../../src/broker/store/migrations.ts';
import type { Store } from '../../../../src/broker/store/store.ts';
import type { Message } from '../../../../src/topics/index.ts';
import { allRetained } from '../../../rigs/all-retained.ts';
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
  retained = new Retained({ store, isOwn: (topic) => topic.startsWith('own/'), log: folder.kept.log });
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
const found = async (filter: string) =>
  (await allRetained(retained, filter)).map(({ topic, payload }) => `${topic}=${payload.toString()}`).sort();

describe('what is retained', () => {
  test('is the newest of each topic, found by filter', async () => {
    void retained.set(message('a/b', '1'), CLIENT);
    void retained.set(message('a/b', '2'), CLIENT);
    void retained.set(message('a/c', '3'), CLIENT);
    void retained.set(message('$SYS/x', '4'), CLIENT);
    expect(await found('a/+')).toEqual(['a/b=2', 'a/c=3']);
    expect(await found('#')).toEqual(['a/b=2', 'a/c=3']);
    expect(await found('$SYS/#')).toEqual(['$SYS/x=4']);
    expect(retained.count).toBe(3);
  });

  test('goes with an empty payload, for good', async () => {
    await retained.set(message('a', '1'), CLIENT);
    await retained.set(message('a', ''), CLIENT);
    expect(await found('#')).toEqual([]);
    await crash();
    expect(await found('#')).toEqual([]);
  });

  test('comes back whole after a restart', async () => {
    const whole = message('a', '\u0000x', {
      qos: 2,
      properties: { contentType: 'x', userProperties: [['k', 'v']], correlationData: Buffer.from([255]) },
    });
    await retained.set(whole, CLIENT);
    await crash();
    expect(await allRetained(retained, 'a')).toEqual([whole]);
  });

  test('does not hold on to the memory it came in', async () => {
    const socket = Buffer.from('xxhellox');
    void retained.set({ ...message('a', ''), payload: socket.subarray(2, 7) }, CLIENT);
    socket.fill('y');
    expect(await found('a')).toEqual(['a=hello']);
  });

  test('expires by the time that the node runs, and says how long it still lives', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      await retained.set(message('a', '1', { properties: { messageExpiryInterval: 10 } }), CLIENT);
      vi.advanceTimersByTime(4_000);
      await restart();
      expect((await allRetained(retained, 'a'))[0]?.properties).toEqual({ messageExpiryInterval: 6 });
      vi.advanceTimersByTime(6_000);
      expect(await found('a')).toEqual([]);
      expect(retained.count).toBe(0);
      await restart();
      expect(retained.count).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test.each(['1970-01-01', '2099-12-31'])('lives as long as before when the wall clock jumps to %s', async (day) => {
    await retained.set(message('a', '1', { properties: { messageExpiryInterval: 600 } }), CLIENT);
    vi.useFakeTimers({ toFake: ['Date'], now: new Date(day) });
    try {
      expect(await found('a')).toEqual(['a=1']);
      await restart();
      const left_s = (await allRetained(retained, 'a'))[0]?.properties?.messageExpiryInterval ?? 0;
      expect(left_s).toBeGreaterThan(500);
      expect(left_s).toBeLessThanOrEqual(600);
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
    expect(await found('#')).toEqual(['a=1', 'b=2']);
  });

  test("QoS 0 and the agent's own are nobody's to wait for, and are on disk after a stop", async () => {
    expect(retained.set(message('a', '1', { qos: 0 }), CLIENT)).toBeUndefined();
    expect(retained.set(message('b', '2'), AGENT)).toBeUndefined();
    await crash();
    expect(await found('#')).toEqual([]);
    void retained.set(message('a', '1', { qos: 0 }), CLIENT);
    void retained.set(message('b', '2'), AGENT);
    await restart();
    expect(await found('#')).toEqual(['a=1', 'b=2']);
  });

  test('a value that was acknowledged is not overwritten by an older one that was not written yet', async () => {
    void retained.set(message('a', 'old', { qos: 0 }), CLIENT);
    await retained.set(message('a', 'new'), CLIENT);
    await restart();
    expect(await found('#')).toEqual(['a=new']);
  });

  test('a stop writes more than the disk can have waiting', async () => {
    for (let i = 0; i < 60_000; i++) void retained.set(message(`t${i}`, 'x'), AGENT);
    await restart();
    expect(retained.count).toBe(60_000);
  }, 60_000);

  test('a burst of one topic is one write', async () => {
    const write = vi.spyOn(store, 'write');
    for (let i = 0; i < 1000; i++) void retained.set(message('a', `${i}`), AGENT);
    await retained.stop();
    expect(write).toHaveBeenCalledOnce();
  });
});

const logged = (code: string) => folder.kept.lines.filter((line) => line.code === code);

test('a topic too many is refused, said once, and there is room again after a deletion or an expiry', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    void retained.set(message('brief', 'x', { qos: 0, properties: { messageExpiryInterval: 10 } }), CLIENT);
    for (let i = 1; i < 100_000; i++) void retained.set(message(`t${i}`, 'x', { qos: 0 }), CLIENT);
    for (const topic of ['more', 'again']) {
      await expect(retained.set(message(topic, 'x'), CLIENT)).rejects.toMatchObject({ code: 'RETAINED_FULL' });
    }
    expect(retained.set(message('unheard', 'x', { qos: 0 }), CLIENT)).toBeUndefined();
    expect(await found('unheard')).toEqual([]);
    expect(logged('RETAINED_FULL')).toHaveLength(1);
    void retained.set(message('own/state', 'ON'), AGENT);
    expect(await found('own/state')).toEqual(['own/state=ON']);
    void retained.set(message('own/state', '', { qos: 0 }), AGENT);
    void retained.set(message('t1', '', { qos: 0 }), CLIENT);
    void retained.set(message('after a deletion', 'x', { qos: 0 }), CLIENT);
    expect(await found('after a deletion')).toEqual(['after a deletion=x']);
    vi.advanceTimersByTime(10_000);
    void retained.set(message('after an expiry', 'x', { qos: 0 }), CLIENT);
    expect(await found('after an expiry')).toEqual(['after an expiry=x']);
  } finally {
    vi.useRealTimers();
  }
});

test('more than the disk takes is refused before it fills the memory', async () => {
  const big = 'x'.repeat(1024 * 1024);
  for (let i = 0; i < 64; i++) void retained.set(message(`t${i}`, big, { qos: 0 }), CLIENT);
  await expect(retained.set(message('more', big), CLIENT)).rejects.toMatchObject({ code: 'STORE_BUSY' });
  expect(logged('STORE_BUSY')).toHaveLength(1);
  await restart();
  expect((await allRetained(retained, '#')).length).toBe(retained.count);
  await retained.set(message('more', big), CLIENT);
});

test('an expiry that an earlier version kept by the wall clock counts on', async () => {
  await store.stop();
  const old = new Connection(join(folder.folder, 'old.db'));
  for (const step of MIGRATIONS.slice(0, 3)) old.exec(step);
  old.exec('UPDATE clock SET run_ms = 5000000; PRAGMA application_id = 1885957730; PRAGMA user_version = 3');
  const put = old.prepare('INSERT INTO retained (topic, payload, qos, expires_at) VALUES (?, ?, 1, ?)');
  put.run('for ever', Buffer.from('1'), null);
  put.run('over', Buffer.from('2'), Date.now() - 1_000);
  put.run('for a while', Buffer.from('3'), Date.now() + 600_000);
  old.close();
  store = await folder.open(join(folder.folder, 'old.db'));
  retained = new Retained({ store, isOwn: () => false, log: folder.kept.log });
  await retained.start(new AbortController().signal);
  expect(await found('#')).toEqual(['for a while=3', 'for ever=1']);
  const [kept] = await allRetained(retained, 'for a while');
  expect(kept?.properties?.messageExpiryInterval).toBeGreaterThan(500);
  expect(kept?.properties?.messageExpiryInterval).toBeLessThanOrEqual(600);
});

describe('what is on the disk alone', () => {
  const many = 1_000;
  beforeEach(async () => {
    const written = Array.from({ length: many }, (_, i) => retained.set(message(`t/${i}`, `${i}`), CLIENT));
    await Promise.all([...written, retained.set(message('own/state', 'ON'), CLIENT)]);
    await crash();
  });

  test('is told of at once, and read when somebody wants it', async () => {
    expect([...retained.topics('t/+')]).toHaveLength(many);
    expect(retained.read('t/7').next()).toBeInstanceOf(Promise);
    expect(await found('t/7')).toEqual(['t/7=7']);
    expect((await found('#')).length).toBe(many + 1);
  });

  test("does not include the node's own, which is there from the start", () => {
    expect(retained.recall('own/state')?.payload.toString()).toBe('ON');
    expect(retained.read('own/#').next()).toMatchObject({ topic: 'own/state' });
  });

  test('is never given as it was, when it changed or went while it was read', async () => {
    const reader = retained.read('t/#');
    const reading = reader.next();
    const changed = retained.set(message('t/1', 'new'), CLIENT);
    const gone = retained.set(message('t/2', ''), CLIENT);
    await reading;
    const seen = new Map<string, string>();
    for (let next = reader.next(); next !== undefined; next = reader.next()) {
      if (next instanceof Promise) await next;
      else seen.set(next.topic, next.payload.toString());
    }
    await Promise.all([changed, gone]);
    expect(seen.get('t/1')).toBe('new');
    expect(seen.has('t/2')).toBe(false);
    expect(seen.size).toBe(many - 1);
  });

  test('is asked for again when the disk could not answer', async () => {
    const ask = vi.spyOn(store, 'ask').mockRejectedValueOnce(new BrokerError('STORE_BUSY', 'not now'));
    expect(await found('t/7')).toEqual(['t/7=7']);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  test('is left out and said when it cannot be read at all', async () => {
    vi.spyOn(store, 'ask').mockRejectedValue(new BrokerError('STORE_DAMAGED', 'a page is broken'));
    expect(await found('t/+')).toEqual([]);
    expect(folder.kept.lines.at(-1)?.msg).toBe('retained messages cannot be read');
  });
});

test('what was pushed out of memory by newer ones is the same from the disk', async () => {
  const big = (i: number): string => `${i}`.repeat(1_000_000).slice(0, 1_000_000);
  for (let i = 0; i < 20; i++) await retained.set(message(`t/${i}`, big(i)), CLIENT);
  expect(retained.read('t/0').next()).toBeInstanceOf(Promise);
  expect(retained.read('t/19').next()).toMatchObject({ topic: 't/19' });
  const all = await allRetained(retained, '#');
  expect(all.map(({ topic, payload }) => [topic, payload.toString() === big(Number(topic.slice(2)))])).toEqual(
    all.map(({ topic }) => [topic, true]),
  );
  expect(all.length).toBe(20);
  // What is due may meet a message that is on the disk alone.
  await restart();
  expect(retained.count).toBe(20);
});
