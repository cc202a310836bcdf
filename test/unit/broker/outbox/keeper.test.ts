import { afterEach, beforeEach, expect, test } from 'vitest';
import { OutboxKeeper } from '../../../../src/broker/outbox/keeper.ts';
import { SqliteOutbox } from '../../../../src/broker/outbox/sqlite-outbox.ts';
import type { Origin } from '../../../../src/broker/ports.ts';
import type { Store } from '../../../../src/broker/store/store.ts';
import { bytes, milliseconds, type Qos } from '../../../../src/topics/index.ts';
import { DatabaseFolder } from '../../../rigs/database.ts';
import { until } from '../../../rigs/until.ts';

const CLIENT: Origin = { kind: 'client', id: 'lamp' };

let folder: DatabaseFolder;
let store: Store;
let outbox: SqliteOutbox;
let keeper: OutboxKeeper;
beforeEach(async () => {
  folder = new DatabaseFolder();
  store = await folder.open();
  outbox = new SqliteOutbox(store, { max_bytes: bytes(1e9), max_age: milliseconds(1e9) }, folder.kept.log);
  await outbox.start(new AbortController().signal);
  keeper = new OutboxKeeper(outbox, folder.kept.log);
  await keeper.apply([
    { name: 'cloud', out: [{ filter: 'house/#', qos: 1 }] },
    { name: 'backup', out: [{ filter: 'house/+/state', qos: 1 }] },
    { name: 'inbound only', out: [] },
  ]);
});
afterEach(async () => {
  await outbox.stop();
  await folder.remove();
});

const keep = (topic: string, qos: Qos = 1, origin = CLIENT) =>
  keeper.keep({ topic, payload: Buffer.from('x'), qos, retain: false }, origin);

test('what no bridge wants is not kept', () => {
  expect(keep('garden/lamp/state')).toBeUndefined();
  expect(outbox.status().depth).toBe(0);
});

test('what bridges want is in the lane of each once the promise settled', async () => {
  await keep('house/lamp/state');
  await keep('house/lamp/event');
  expect(outbox.status().lanes).toEqual({ cloud: 2, backup: 1 });
});

test('overlapping rules of one bridge keep a message once', async () => {
  await keeper.apply([
    {
      name: 'cloud',
      out: [
        { filter: 'house/#', qos: 0 },
        { filter: 'house/lamp/#', qos: 1 },
      ],
    },
  ]);
  await keep('house/lamp/state');
  expect(outbox.status()).toMatchObject({ depth: 1, lanes: { cloud: 1 } });
});

test('QoS 0 is kept as well, but nobody waits for it', async () => {
  expect(keep('house/lamp/state', 0)).toBeUndefined();
  await until('it is on disk', () => outbox.status().depth === 1);
});

test('QoS 0 that the disk does not take is counted', async () => {
  await store.stop();
  void keep('house/lamp/state', 0);
  await until('the count', () => outbox.status().drops.not_stored === 1);
  await expect(keep('house/lamp/state', 1)).rejects.toMatchObject({ code: 'STORE_STOPPED' });
  expect(outbox.status().drops.not_stored).toBe(1);
});

test('what came in from a bridge is not for that bridge, but for the others', async () => {
  await keep('house/lamp/state', 1, { kind: 'bridge', id: 'cloud' });
  expect(outbox.status().lanes).toEqual({ cloud: 0, backup: 1 });
});

test('a bridge that left the config frees what it held and says how much', async () => {
  await keep('house/lamp/state');
  await keep('house/lamp/event');
  await keeper.apply([{ name: 'backup', out: [{ filter: 'house/+/state', qos: 1 }] }]);
  expect(outbox.lanes).toEqual(['backup']);
  expect(outbox.status()).toMatchObject({ depth: 1, lanes: { backup: 1 } });
  expect(folder.kept.lines).toContainEqual(expect.objectContaining({ bridge: 'cloud', messages: 2 }));
});

test('QoS 0 by a rule that drops it offline is kept while the lane is served, and counted while it is not', async () => {
  const rule = { filter: 'house/#', qos: 1, qos0: 'drop_offline' } as const;
  await keeper.apply([
    { name: 'cloud', out: [rule] },
    { name: 'backup', out: [rule] },
  ]);
  void keep('house/lamp/state', 0);
  expect(outbox.status().drops.offline).toBe(1);
  outbox.onAppended('cloud', () => {});
  void keep('house/lamp/state', 0);
  await until('it is on disk', () => outbox.status().depth === 1);
  expect(outbox.status()).toMatchObject({ lanes: { cloud: 1, backup: 0 }, drops: { offline: 1 } });
  await keep('house/lamp/state', 1);
  expect(outbox.status().lanes).toEqual({ cloud: 2, backup: 1 });
});

test('of several rules of a bridge the first that matches decides about QoS 0', async () => {
  const rule = (filter: string, qos0: 'keep' | 'drop_offline') => ({ filter, qos: 1, qos0 }) as const;
  await keeper.apply([{ name: 'cloud', out: [rule('house/+/state', 'drop_offline'), rule('house/#', 'keep')] }]);
  void keep('house/lamp/state', 0);
  void keep('house/lamp/event', 0);
  await until('the event on disk', () => outbox.status().depth === 1);
  expect(outbox.status().drops.offline).toBe(1);
});

test('a bridge from the oldest on is owed what others are, as far as its rules want it', async () => {
  await keep('house/lamp/state');
  await keep('house/lamp/event');
  await keeper.apply([
    { name: 'cloud', out: [{ filter: 'house/#', qos: 1 }] },
    { name: 'backup', out: [{ filter: 'house/+/state', qos: 1 }] },
    { name: 'late', from: 'oldest', out: [{ filter: 'house/+/event', qos: 1 }] },
  ]);
  expect(outbox.status().lanes).toEqual({ cloud: 2, backup: 1, late: 1 });
});
