import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Caller } from '../rigs/caller.ts';
import { SmallDisk, whyNoDisk } from '../rigs/mounted-disk.ts';
import { Pinbus } from '../rigs/pinbus.ts';
import { Program } from '../rigs/program.ts';
import { RawClient } from '../rigs/raw-client.ts';
import { until } from '../rigs/until.ts';

const PATIENCE_MS = 30_000;
const MEBIBYTES = 24;
const MEBIBYTE = 1_048_576;
const QUOTA_EXCEEDED = 0x97;

const missing = whyNoDisk();
let disk: SmallDisk;
let pinbus: Pinbus;
const clients: RawClient[] = [];

beforeEach(async ({ skip }) => {
  if (missing !== undefined) return skip(missing);
  disk = SmallDisk.make(MEBIBYTES);
  pinbus = await Pinbus.start({ config: { outbox: { path: join(disk.folder, 'pinbus.db') } } });
});
afterEach(async () => {
  if (missing !== undefined) return;
  for (const client of clients.splice(0)) client.destroy();
  await pinbus.dispose();
  disk.remove();
});

async function connect(clientId: string, version: 4 | 5 = 5): Promise<RawClient> {
  const client = new RawClient(pinbus.port, { version });
  clients.push(client);
  await client.connect({
    clientId,
    clean: false,
    ...(version === 5 && { properties: { sessionExpiryInterval: 3_600 } }),
  });
  return client;
}

/** What its PUBACK says: 0x10, that nobody is there, is as good as 0. */
async function publish(
  client: RawClient,
  topic: string,
  payload: string,
  retain: boolean,
): Promise<'taken' | 'quota exceeded' | number> {
  const before = client.all('puback').length;
  client.publish(topic, payload, { qos: 1, retain });
  await until('a PUBACK', () => client.all('puback').length > before, PATIENCE_MS);
  const reason = client.all('puback').at(-1)?.reasonCode ?? 0;
  return reason < 0x80 ? 'taken' : reason === QUOTA_EXCEEDED ? 'quota exceeded' : reason;
}

/** What pinbus gives up when the disk is full. */
const reserve = (): string => join(disk.folder, 'pinbus.db.reserve');

/** As somebody at a shell would. */
const shell = (...args: readonly string[]): Program =>
  new Program('mosquitto_pub', ['-h', '127.0.0.1', '-p', String(pinbus.port), '-q', '1', '-m', 'x', ...args]);

test('a full disk: retained messages and those of who is away are refused and said, the rest goes on, and it heals', async () => {
  const away = await connect('away');
  await away.subscribe({ topic: 'load/#', qos: 1 });
  away.destroy();
  const publisher = await connect('publisher');
  expect(await publish(publisher, 'load/a', 'before', false)).toBe('taken');
  expect(await publish(publisher, 'kept/a', 'before', true)).toBe('taken');

  await until('the reserve', () => existsSync(reserve()) && statSync(reserve()).size > MEBIBYTE, PATIENCE_MS);
  disk.fill(MEBIBYTE);
  const big = 'x'.repeat(100_000);
  await until('a refusal', async () => (await publish(publisher, 'load/b', big, false)) !== 'taken', PATIENCE_MS);
  await pinbus.logged('the full disk', ({ code }) => code === 'STORE_DISK_FULL', PATIENCE_MS);
  const caller = await Caller.connect(pinbus.port);
  expect(await caller.result('health')).toMatchObject({ store: { state: 'disk_full' } });
  await caller.close();
  expect(await publish(publisher, 'load/a', 'refused', false)).toBe('quota exceeded');
  expect(await publish(publisher, 'kept/a', 'refused', true)).toBe('quota exceeded');

  // MQTT 5 is told why; before it the only way to say no is to leave.
  const five = shell('-t', 'kept/a', '-r', '-V', '5');
  await five.exited;
  expect(five.stderr.join('\n')).toMatch(/quota exceeded/i);
  const three = shell('-t', 'kept/c', '-r', '-V', '311', '-i', 'shell');
  await pinbus.logged(
    'its refusal',
    ({ client, msg }) => client === 'shell' && String(msg).includes('cannot be kept'),
    PATIENCE_MS,
  );
  expect(await three.exited).toMatchObject({ code: 7 });
  expect(three.stderr).toEqual(['Error: The connection was lost.']);

  // Nobody else has to care.
  const live = await connect('live', 4);
  // Served at once, and told so when the disk has it.
  const asks = (client: RawClient, topic: string): void =>
    client.send({ cmd: 'subscribe', messageId: 9, subscriptions: [{ topic, qos: 1 }] });
  asks(live, 'live/#');
  publisher.publish('live/a', 'passes', { qos: 0 });
  await until('QoS 0', () => live.payloads().includes('passes'), PATIENCE_MS);
  publisher.publish('kept/b', 'in memory', { qos: 0, retain: true });
  const reader = await connect('reader', 4);
  asks(reader, 'kept/b');
  await until('the retained one', () => reader.payloads().includes('in memory'), PATIENCE_MS);
  // It is the session's, though the disk does not have it yet.
  asks(reader, 'later/#');
  await reader.settled();
  expect([...reader.all('suback'), ...live.all('suback')]).toEqual([]);
  reader.destroy();
  await live.settled();

  disk.clear();
  await pinbus.logged('the end of it', ({ msg }) => msg === 'the database takes writes again', PATIENCE_MS);
  await until('it is taken', async () => (await publish(publisher, 'kept/a', 'after', true)) === 'taken', PATIENCE_MS);
  expect(await publish(publisher, 'load/a', 'after', false)).toBe('taken');
  expect((await live.packet('suback', () => true, PATIENCE_MS)).granted).toEqual([1]);
  // What the disk had not taken of sessions and retained messages, it takes at the latest now.
  await pinbus.stop();
  await pinbus.start();

  const back = await connect('away');
  const got = (): string[] => back.payloads().filter((payload) => payload.length < 100);
  await until('what was acknowledged', () => got().includes('after'), PATIENCE_MS);
  expect(got()).toEqual(['before', 'after']);
  const again = await connect('reader', 4);
  await again.subscribe('kept/#');
  // Who sent x was told no, but whoever was there had it: it stays due.
  await until('all', () => again.payloads().length === 3, PATIENCE_MS);
  expect(again.payloads().toSorted()).toEqual(['after', 'in memory', 'x']);
  const other = await connect('other');
  other.publish('later/a', 'to a session that came while the disk was full', { qos: 1 });
  await until('it', () => again.payloads().length === 4, PATIENCE_MS);
}, 120_000);
