import { closeSync, existsSync, openSync, utimesSync, writeSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Connection } from '../../../../src/broker/store/connection.ts';
import { APPLICATION_ID } from '../../../../src/broker/store/migrate.ts';
import { MIGRATIONS } from '../../../../src/broker/store/migrations.ts';
import { convertPageSize } from '../../../../src/broker/store/page-size.ts';
import { takeNumbers } from '../../../rigs/appender.ts';
import { DatabaseFolder } from '../../../rigs/database.ts';

const ROWS = 50;
const DAY_S = 24 * 60 * 60;

let folder: DatabaseFolder;
beforeEach(() => {
  folder = new DatabaseFolder();
});
afterEach(() => folder.remove());

const copyOf = (version: number): string => `${folder.path}.schema-${version}`;

/** A file as the pinbus of that schema made it, with what was owed to a bridge. */
function makeOlder(version: number): void {
  const db = new Connection(folder.path);
  db.pragma('auto_vacuum = INCREMENTAL');
  db.pragma('journal_mode = WAL');
  for (const step of MIGRATIONS.slice(0, version)) db.exec(step);
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.pragma(`user_version = ${version}`);
  db.exec("INSERT INTO lane (bit, name) VALUES (0, 'cloud')");
  const insert = db.prepare(
    `INSERT INTO outbox (wanted_by, topic, payload, qos, retain, written_at, run_ms, bytes${version < 5 ? '' : ', class'})
      VALUES (1, 't', ?, 1, 0, 1, 1, 100${version < 5 ? '' : ', 3'})`,
  );
  for (let number = 0; number < ROWS; number++) insert.run(Buffer.from(`${number}`));
  db.exec("INSERT INTO retained (topic, payload, qos) VALUES ('r', x'31', 1)");
  db.close();
}

const numbers = Array.from({ length: ROWS }, (_, number) => number);
const older = MIGRATIONS.slice(1).map((_, version) => version + 1);

describe.each(older)('a file of schema %d', (version) => {
  test('is brought to the newest with all that is in it, and a copy of what it was stays', async () => {
    makeOlder(version);
    expect(await takeNumbers(folder)).toEqual(numbers);
    const store = await folder.open();
    expect((await store.ask('retained', 'topics', '', 10)).topics).toEqual(['r']);
    await folder.close();
    const copy = new Connection(copyOf(version));
    expect(copy.pragma('user_version')).toBe(version);
    expect(copy.pragma('application_id')).toBe(APPLICATION_ID);
    expect(copy.prepare('SELECT count(*) FROM outbox').pluck().get()).toBe(ROWS);
    copy.close();
    const now = new Connection(folder.path);
    expect([now.pragma('page_size'), now.pragma('auto_vacuum'), now.pragma('journal_mode')]).toEqual([1024, 2, 'wal']);
    now.close();
    expect(folder.kept.lines).toEqual([]);
  });
});

test('a copy goes after 30 days', async () => {
  makeOlder(1);
  await folder.open();
  await folder.close();
  await folder.open();
  await folder.close();
  expect(existsSync(copyOf(1))).toBe(true);
  const long_ago = Date.now() / 1000 - 31 * DAY_S;
  utimesSync(copyOf(1), long_ago, long_ago);
  await folder.open();
  expect(existsSync(copyOf(1))).toBe(false);
});

test('who is older than the file is told where the copy is that it can go on with', async () => {
  makeOlder(1);
  await folder.open();
  await folder.close();
  const db = new Connection(folder.path);
  db.exec(`VACUUM INTO '${copyOf(MIGRATIONS.length)}'`);
  db.pragma(`user_version = ${MIGRATIONS.length + 1}`);
  db.close();
  await expect(folder.open()).rejects.toMatchObject({
    code: 'STORE_NEWER',
    message: expect.stringContaining(copyOf(MIGRATIONS.length)),
  });
});

test('a number that an older pinbus gave out is not given out again, even when nothing of it is left', async () => {
  makeOlder(1);
  const db = new Connection(folder.path);
  db.exec('DELETE FROM outbox');
  db.close();
  expect((await (await folder.open()).ask('outbox', 'load')).sequence).toBe(ROWS);
});

test('a file whose larger pages cannot be converted now is used as it is', () => {
  makeOlder(1);
  const db = new Connection(folder.path);
  db.exec('BEGIN');
  convertPageSize(db);
  db.exec('COMMIT');
  expect([db.pragma('page_size'), db.pragma('journal_mode')]).toEqual([4096, 'wal']);
  expect(db.prepare('SELECT count(*) FROM outbox').pluck().get()).toBe(ROWS);
  db.close();
});

test('a damaged file of an older schema is salvaged by that schema', async () => {
  makeOlder(2);
  // Behind the header, that names the schema: the list of the tables is gone.
  const file = openSync(folder.path, 'r+');
  writeSync(file, Buffer.alloc(4096 - 100, 0xa5), 0, 4096 - 100, 100);
  closeSync(file);
  expect(await takeNumbers(folder)).toEqual(numbers);
  expect(folder.kept.lines).toContainEqual(expect.objectContaining({ code: 'STORE_DAMAGED' }));
});

test.each([...older, MIGRATIONS.length])(
  'of a file of schema %d whose header is gone, what was owed is salvaged',
  async (version) => {
    makeOlder(version);
    const file = openSync(folder.path, 'r+');
    writeSync(file, Buffer.alloc(4096, 0xa5), 0, 4096, 0);
    closeSync(file);
    expect(await takeNumbers(folder)).toEqual(numbers);
  },
);
