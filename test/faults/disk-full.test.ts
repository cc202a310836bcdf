import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Caller } from '../rigs/caller.ts';
import { Mosquitto } from '../rigs/mosquitto.ts';
import { SmallDisk, whyNoDisk } from '../rigs/mounted-disk.ts';
import { Pinbus } from '../rigs/pinbus.ts';
import { RawClient } from '../rigs/raw-client.ts';
import { until } from '../rigs/until.ts';
import { UpstreamSubscriber } from '../rigs/upstream-subscriber.ts';

const PATIENCE_MS = 30_000;
const MEBIBYTES = 24;
const WINDOW = 20;
const SIZE = 20_000;
const RESERVE_BYTES = 8 * 1024 * 1024;

const missing = whyNoDisk();
let disk: SmallDisk | undefined;
let cloud: Mosquitto | undefined;
let pinbus: Pinbus | undefined;
let consumer: UpstreamSubscriber | undefined;
let client: RawClient | undefined;
let caller: Caller | undefined;

beforeEach(async ({ skip }) => {
  if (missing !== undefined) return skip(missing);
  const small = SmallDisk.make(MEBIBYTES);
  disk = small;
  cloud = await Mosquitto.make(['max_queued_messages 0', 'max_queued_bytes 0']);
  await cloud.start();
  consumer = await UpstreamSubscriber.connect(cloud.port, 'load/#');
  const url = `mqtt://127.0.0.1:${cloud.port}`;
  pinbus = await Pinbus.start({
    config: {
      outbox: { path: join(small.folder, 'pinbus.db') },
      bridges: [{ name: 'cloud', url, out: [{ filter: 'load/#', qos: 1 }], replay: { rate: 10_000, burst: 10_000 } }],
    },
  });
});
afterEach(async () => {
  client?.destroy();
  await caller?.close();
  await consumer?.close();
  await pinbus?.dispose();
  await cloud?.remove();
  disk?.remove();
});

/** Publishes numbers at QoS 1 until one is refused; the numbers that were acknowledged. */
async function publishUntilRefused(port: number): Promise<number[]> {
  const publisher = new RawClient(port, { version: 5, acknowledges: false });
  const open = new Map<number, number>();
  const acknowledged: number[] = [];
  let refused = false;
  let next = 0;
  const maySend = (): boolean => !refused && open.size < WINDOW && !publisher.closed;
  publisher.onPacket = (packet) => {
    if (packet.cmd !== 'puback') return;
    const number = open.get(packet.messageId ?? 0);
    open.delete(packet.messageId ?? 0);
    if ((packet.reasonCode ?? 0) >= 0x80) refused = true;
    else if (number !== undefined) acknowledged.push(number);
  };
  await publisher.connect();
  await until(
    'a refusal',
    () => {
      for (; maySend(); next++) {
        const payload = `${next} `.padEnd(SIZE, '.');
        open.set(publisher.publish('load/numbers', payload, { qos: 1 }), next);
      }
      return (refused && open.size === 0) || publisher.closed;
    },
    PATIENCE_MS,
  );
  publisher.destroy();
  return acknowledged;
}

const reserveOf = ({ folder }: SmallDisk): string => join(folder, 'pinbus.db.reserve');

test('a full disk: what was acknowledged drains and frees it, QoS 0 goes on, and writes are taken again', async () => {
  if (disk === undefined || cloud === undefined || pinbus === undefined) return;
  const { port } = pinbus;
  const reserve = reserveOf(disk);
  await until('the reserve', () => existsSync(reserve) && statSync(reserve).size === RESERVE_BYTES, PATIENCE_MS);

  cloud.freeze();
  const acknowledged = await publishUntilRefused(port);
  expect(acknowledged.length).toBeGreaterThan(100);
  const told = await pinbus.logged('the full disk', ({ code }) => code === 'STORE_DISK_FULL');
  expect(told['msg']).toBe('the database takes no writes');
  expect(existsSync(reserve)).toBe(false);
  caller = await Caller.connect(port);
  expect(await caller.result('health')).toMatchObject({ store: { state: 'disk_full' } });

  // Who is local does not notice.
  client = new RawClient(port);
  await client.connect();
  await client.subscribe('local/#');
  client.publish('local/lamp', 'on');
  await until('QoS 0', () => client?.payloads().includes('on'), PATIENCE_MS);

  // Others take what the reserve gave: deletions have the WAL alone.
  disk.fill(5 * 1024 * 1024);
  cloud.thaw();
  const arrived = (): Set<number> => new Set(consumer?.payloads.map((payload) => Number.parseInt(payload, 10)));
  await until('all that was acknowledged', () => acknowledged.every((number) => arrived().has(number)), PATIENCE_MS);

  disk.clear();
  await pinbus.logged('the end of it', ({ msg }) => msg === 'the database takes writes again', PATIENCE_MS);
  expect(await caller.result('health')).toMatchObject({ store: { state: 'ok' } });
  expect(statSync(reserve).size).toBe(RESERVE_BYTES);
  client.publish('load/numbers', '-1', { qos: 1 });
  await until('what was published after it', () => arrived().has(-1), PATIENCE_MS);
  // The room that the backlog had is the disk's again.
  await until(
    'a small file',
    () => statSync(join(disk?.folder ?? '', 'pinbus.db')).size < 5 * 1024 * 1024,
    PATIENCE_MS,
  );
}, 120_000);
