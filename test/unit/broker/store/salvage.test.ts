import {
  closeSync,
  copyFileSync,
  openSync,
  readdirSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { SqliteOutbox } from '../../../../src/broker/outbox/sqlite-outbox.ts';
import type { Store } from '../../../../src/broker/store/store.ts';
import { bytes, milliseconds } from '../../../../src/topics/index.ts';
import { DatabaseFolder } from '../../../rigs/database.ts';
import { seeded } from '../../../rigs/seeded.ts';

const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9));
const PAGE = 1024;
/** So few that the log is not begun anew. */
const MESSAGES = 160;
/** Short ones of which many share a page, and long ones that go over several. */
const payloadOf = (number: number): string => `${number} `.padEnd(number % 20 === 0 ? 20_000 : 100, `${number}`);
const SESSIONS = 50;

/** Filled once: `pinbus.db` was closed, `crashed` is what a power cut leaves, its newest commits in the log alone. */
const master = new DatabaseFolder();
const crashed = `${master.path}.crashed`;
beforeAll(fill, 60_000);
afterAll(() => master.remove());

let folder: DatabaseFolder;
beforeEach(() => {
  folder = new DatabaseFolder();
});
afterEach(() => folder.remove());

interface Contents {
  readonly messages: readonly string[];
  readonly retained: readonly string[];
  readonly clients: readonly string[];
  readonly queued: number;
}

async function openOutbox(store: Store): Promise<SqliteOutbox> {
  const outbox = new SqliteOutbox(store, { max_bytes: bytes(1e9), max_age: milliseconds(1e12) }, master.kept.log);
  await outbox.start(new AbortController().signal);
  return outbox;
}

/** A database with something in every table, and messages that were confirmed. */
async function fill(): Promise<void> {
  const store = await master.open();
  const outbox = await openOutbox(store);
  await outbox.openLane('cloud');
  const append = (number: number) =>
    outbox.append({ topic: `t/${number}`, payload: Buffer.from(payloadOf(number)), qos: 1, retain: false }, ['cloud']);
  for (let number = 0; number < 100; number++) void append(-number);
  await append(-100);
  const entries = await outbox.peek('cloud', 0, 1000);
  await outbox.confirm(
    'cloud',
    entries.map(({ sequence }) => sequence),
  );
  for (let id = 1; id <= SESSIONS; id++) {
    void store.write('sessions', 'open', id, `client-${id}`, null, 3600);
    void store.write('sessions', 'subscribe', id, 'a/#', 1, 0, 0, null);
    const message = ['a', new Uint8Array(50), null, 1, 1, 0, null, null, null, 100] as const;
    void store.write('sessions', 'enqueue', id, id, id, ...message);
    void store.write('retained', 'put', `r/${id}`, new Uint8Array(200), null, 1, null);
  }
  // Many commits, so that the log has many.
  for (let number = 0; number < MESSAGES; number++) await append(number);
  await outbox.stop();
  for (const suffix of ['', '-wal']) copyFileSync(master.path + suffix, crashed + suffix);
  await master.close();
}

const useClosed = (): void => copyFileSync(master.path, folder.path);
function useCrashed(): void {
  for (const suffix of ['', '-wal']) copyFileSync(crashed + suffix, folder.path + suffix);
}

async function contents(): Promise<Contents> {
  const store = await folder.open();
  const outbox = await openOutbox(store);
  const messages: string[] = [];
  for (let after = 0; ; ) {
    const entries = await outbox.peek('cloud', after, 5000);
    const last = entries.at(-1);
    if (last === undefined) break;
    after = last.sequence;
    messages.push(...entries.map(({ message }) => message.payload.toString()));
  }
  const sessions = await store.ask('sessions', 'load', 10);
  const retained = await store.ask('retained', 'topics', '', 1e6);
  await outbox.stop();
  await folder.close();
  return {
    messages,
    retained: retained.topics,
    clients: sessions.sessions.map(({ client_id }) => client_id),
    queued: sessions.backlogs.reduce((sum, { rows }) => sum + rows, 0),
  };
}

function overwrite(path: string, at: number, size: number, random: () => number): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.from(Array.from({ length: size }, () => Math.floor(random() * 256))), 0, size, at);
  closeSync(file);
}

const everything = Array.from({ length: MESSAGES }, (_, number) => payloadOf(number));

/** Nothing but what was written, in its order, and each only once. */
function expectTruth({ messages }: Contents): void {
  const places = messages.map((message) => everything.indexOf(message));
  expect(places).toEqual([...new Set(places)].filter((place) => place >= 0).toSorted((a, b) => a - b));
}

function expectSetAside(): void {
  expect(
    readdirSync(folder.folder).filter((name) => /^pinbus\.db\.damaged-2[^-]*-\d\d-\d\dT[\d.-]*Z$/.test(name)),
  ).toHaveLength(1);
  expect(folder.kept.lines).toContainEqual(
    expect.objectContaining({ level: 50, code: 'STORE_DAMAGED', salvaged: expect.anything() }),
  );
}

test('a header that is destroyed costs nothing', async () => {
  useClosed();
  overwrite(folder.path, 0, PAGE, seeded(SEED));
  const found = await contents();
  expectSetAside();
  expect(found.messages).toEqual(everything);
  expect(found.retained).toHaveLength(SESSIONS);
  expect(found.clients).toHaveLength(SESSIONS);
  expect(found.queued).toBe(SESSIONS);
});

test('numbers after it are far above all that were ever used', async () => {
  useClosed();
  overwrite(folder.path, 0, PAGE, seeded(SEED));
  expect((await (await folder.open()).ask('outbox', 'load')).sequence).toBeGreaterThan(1e12);
});

test('of a file that was cut, what is before the cut is kept', async () => {
  useClosed();
  truncateSync(folder.path, Math.floor((statSync(folder.path).size * 0.75) / PAGE) * PAGE + 100);
  const found = await contents();
  expectSetAside();
  expectTruth(found);
  expect(found.messages.length).toBeGreaterThan(MESSAGES / 5);
});

test.each([1, 3, 6])(
  `noise in random places, number %d, costs what was in those pages (SEED=${SEED})`,
  async (round) => {
    const random = seeded(SEED + round);
    useClosed();
    const pages = statSync(folder.path).size / PAGE;
    const places = Array.from({ length: round }, () => Math.floor(random() * pages));
    for (const place of places) overwrite(folder.path, place * PAGE, PAGE, random);
    const found = await contents();
    expectTruth(found);
    // Some thirty short messages are on a page, and the one of the bridges may have been hit: then nobody can ask for any.
    const lanes_lost = found.messages.length === 0;
    if (!lanes_lost) expect(MESSAGES - found.messages.length).toBeLessThanOrEqual(round * 40);
    const store = await folder.open();
    await store.write('retained', 'put', 'new', new Uint8Array(1), null, 1, null);
  },
);

test('a log that is sound after a power cut is no damage', async () => {
  useCrashed();
  const found = await contents();
  expect(found.messages).toEqual(everything);
  expect(folder.kept.lines).toEqual([]);
});

test('a log that is cut at its end is no damage: only the last commit was under way', async () => {
  useCrashed();
  truncateSync(`${folder.path}-wal`, statSync(`${folder.path}-wal`).size - 100);
  await contents();
  expect(folder.kept.lines).toEqual([]);
});

test('a log that is damaged in the middle costs the pages that are destroyed, not all that came after them', async () => {
  useCrashed();
  overwrite(`${folder.path}-wal`, Math.floor(statSync(`${folder.path}-wal`).size / 2), 500, seeded(SEED));
  const found = await contents();
  expectSetAside();
  expectTruth(found);
  expect(MESSAGES - found.messages.length).toBeLessThanOrEqual(40);
});

test('a log without its header costs nothing', async () => {
  useCrashed();
  overwrite(`${folder.path}-wal`, 0, 32, seeded(SEED));
  const found = await contents();
  expectSetAside();
  expectTruth(found);
  expect(MESSAGES - found.messages.length).toBeLessThanOrEqual(40);
});

test('a file that lost its content is not taken for a new one, and its log is read', async () => {
  useCrashed();
  truncateSync(folder.path, 0);
  const found = await contents();
  expectSetAside();
  expectTruth(found);
  expect((await (await folder.open()).ask('outbox', 'load')).sequence).toBeGreaterThan(1e12);
});

test('a log whose file is gone is read', async () => {
  copyFileSync(`${crashed}-wal`, `${folder.path}-wal`);
  const found = await contents();
  expectSetAside();
  expectTruth(found);
});

test('a file that is empty is no damage: nothing was ever in it', async () => {
  writeFileSync(folder.path, '');
  expect((await contents()).messages).toEqual([]);
  expect(folder.kept.lines).toEqual([]);
});

test('what never was a database is set aside as well', async () => {
  writeFileSync(folder.path, 'not a database at all, but long enough'.repeat(1000));
  expect((await contents()).messages).toEqual([]);
  expectSetAside();
});

test('a recovery that a power cut ended between its last two steps is finished', async () => {
  useClosed();
  renameSync(folder.path, `${folder.path}.salvaged`);
  expect((await contents()).messages).toEqual(everything);
});

test('three damaged files are kept, the oldest goes', async () => {
  for (let i = 0; i < 5; i++) {
    writeFileSync(folder.path, 'noise'.repeat(1000));
    await folder.open();
    await folder.close();
  }
  expect(readdirSync(folder.folder).filter((name) => name.includes('.damaged-'))).toHaveLength(3);
});
