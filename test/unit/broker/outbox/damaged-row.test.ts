import { readFileSync, writeFileSync } from 'node:fs';
import { bytes, milliseconds } from '#topics';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DeadLetters } from '../../../../src/broker/outbox/dead-letters.ts';
import { SqliteOutbox } from '../../../../src/broker/outbox/sqlite-outbox.ts';
import { Connection } from '../../../../src/broker/store/connection.ts';
import { DatabaseFolder } from '../../../rigs/database.ts';

let folder: DatabaseFolder;
beforeEach(() => {
  folder = new DatabaseFolder();
});
afterEach(() => folder.remove());

const PAYLOADS = ['first-of-them', 'second-of-them', 'third-of-them'] as const;

async function open(): Promise<{ outbox: SqliteOutbox; letters: DeadLetters; stop: () => Promise<void> }> {
  const store = await folder.open();
  const outbox = new SqliteOutbox(store, { max_bytes: bytes(1e9), max_age: milliseconds(1e9) }, folder.kept.log);
  await outbox.start(new AbortController().signal);
  await outbox.openLane('cloud');
  const stop = async (): Promise<void> => {
    await outbox.stop();
    await store.stop();
  };
  return { outbox, letters: new DeadLetters(store, outbox), stop };
}

/** A closed outbox with the messages in it. */
async function keepAll(): Promise<void> {
  const { outbox, stop } = await open();
  for (const payload of PAYLOADS) {
    const message = { topic: 'lamp', payload: Buffer.from(payload), qos: 1, retain: false } as const;
    await outbox.append({ ...message, properties: { contentType: 'text/plain' } }, ['cloud']);
  }
  await stop();
}

async function peeked(outbox: SqliteOutbox): Promise<string[]> {
  const entries = await outbox.peek('cloud', 0, 10);
  return entries.map(({ message }) => message.payload.toString());
}

function tamper(sql: string): void {
  const db = new Connection(folder.path);
  db.exec(sql);
  db.close();
}

test('a message with noise in it is not sent: what is left of it is a dead letter, and the others go on', async () => {
  await keepAll();
  const file = readFileSync(folder.path);
  file.write('SECOND', file.indexOf(PAYLOADS[1]));
  writeFileSync(folder.path, file);
  const { outbox, letters } = await open();
  expect(await peeked(outbox)).toEqual([PAYLOADS[0], PAYLOADS[2]]);
  expect(outbox.status()).toMatchObject({ depth: 2, lanes: { cloud: 2 } });
  const [letter] = await letters.list(undefined, 0, 10);
  expect(letter).toMatchObject({ bridge: 'cloud', topic: 'lamp', reason: 'damaged on disk' });
  expect(folder.kept.lines).toContainEqual(expect.objectContaining({ code: 'OUTBOX_MESSAGE_DAMAGED', messages: 1 }));
  await expect(letters.retry(letter?.id ?? 0)).rejects.toMatchObject({ code: 'OUTBOX_MESSAGE_DAMAGED' });
  expect(await peeked(outbox)).toEqual([PAYLOADS[0], PAYLOADS[2]]);
});

test.each([
  ['the topic', "topic = 'lamq'"],
  ['the properties', `properties = '{"c":"text/plaim"}'`],
  ['the retain flag', 'retain = 1'],
  ['the QoS', 'qos = 2'],
  ['the number', 'sequence = sequence + 1000'],
  ['the type of a column', "payload = 'second-of-them', properties = 7"],
  ['the expiry', "expires_run_ms = x'00'"],
])('noise in %s of a message is found', async (_of, change) => {
  await keepAll();
  tamper(`UPDATE outbox SET ${change} WHERE payload = CAST('second-of-them' AS BLOB)`);
  const { outbox, letters } = await open();
  expect(await peeked(outbox)).toEqual([PAYLOADS[0], PAYLOADS[2]]);
  expect(await letters.count()).toBe(1);
});

test('where every message of a page is damaged, those behind it come', async () => {
  await keepAll();
  tamper("UPDATE outbox SET topic = 'noise' WHERE sequence < (SELECT max(sequence) FROM outbox)");
  const { outbox } = await open();
  const entries = await outbox.peek('cloud', 0, 2);
  expect(entries.map(({ message }) => message.payload.toString())).toEqual([PAYLOADS[2]]);
});

test('a message of an older schema, which has no checksum, is sent as it is, unless it cannot be read', async () => {
  await keepAll();
  tamper(`UPDATE outbox SET checksum = NULL; UPDATE outbox SET properties = '{"c' WHERE sequence = 1`);
  const { outbox, letters } = await open();
  expect(await peeked(outbox)).toEqual([PAYLOADS[1], PAYLOADS[2]]);
  expect(await letters.count()).toBe(1);
});
