import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Connection } from '../../../../src/broker/store/connection.ts';
import { MIGRATIONS } from '../../../../src/broker/store/migrations.ts';
import { Store } from '../../../../src/broker/store/store.ts';
import { DatabaseFolder } from '../../../rigs/database.ts';

let folder: DatabaseFolder;
beforeEach(() => {
  folder = new DatabaseFolder();
});
afterEach(() => folder.remove());

const put = (store: Store, topic: string, size = 10) =>
  store.write('retained', 'put', topic, new Uint8Array(size), null, 1, null);
const topics = async (store: Store) => (await store.ask('retained', 'topics', '', 100_000)).topics;

describe('starting', () => {
  test('makes the folder and the file', async () => {
    const path = join(folder.folder, 'deep', 'er', 'pinbus.db');
    const store = await folder.open(path);
    await put(store, 't');
    await store.stop();
    expect(readFileSync(path).subarray(0, 15).toString()).toBe('SQLite format 3');
  });

  test('a folder that cannot be made or written to says so', async () => {
    writeFileSync(join(folder.folder, 'file'), '');
    const under = folder.open(join(folder.folder, 'file', 'pinbus.db'));
    await expect(under).rejects.toMatchObject({ code: 'STORE_CANNOT_CREATE', retryable: false });
    mkdirSync(join(folder.folder, 'pinbus.db'));
    await expect(folder.open()).rejects.toMatchObject({ code: 'STORE_CANNOT_CREATE' });
    const nowhere = folder.open('/proc/pinbus/deep/pinbus.db');
    await expect(nowhere).rejects.toMatchObject({ code: 'STORE_CANNOT_CREATE' });
  });

  test('a second pinbus on the same file is refused, and the first goes on', async () => {
    const first = await folder.open();
    await expect(folder.open()).rejects.toMatchObject({ code: 'STORE_IN_USE' });
    await put(first, 't');
    await first.stop();
    expect(await topics(await folder.open())).toEqual(['t']);
  });

  test('a file of a newer pinbus is refused and left as it is', async () => {
    await (await folder.open()).stop();
    const db = new Connection(folder.path);
    db.pragma(`user_version = ${MIGRATIONS.length + 1}`);
    db.close();
    await expect(folder.open()).rejects.toMatchObject({ code: 'STORE_NEWER' });
    expect(readdirSync(folder.folder).filter((name) => name.includes('damaged'))).toEqual([]);
  });

  test("another program's database is refused and left as it is", async () => {
    const db = new Connection(folder.path);
    db.exec('CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)');
    db.close();
    await expect(folder.open()).rejects.toMatchObject({ code: 'STORE_CANNOT_CREATE' });
    const again = new Connection(folder.path);
    expect(again.prepare('SELECT a FROM theirs').pluck().get()).toBe(1);
    again.close();
  });
});

describe('writing', () => {
  test('writes of one turn share a commit, and later ones the next', async () => {
    const store = await folder.open();
    const first = put(store, 'a');
    expect(put(store, 'b')).toBe(first);
    await first;
    expect(put(store, 'c')).not.toBe(first);
  });

  test('a read waits for no commit, and sees only what is on disk', async () => {
    const store = await folder.open();
    const reading = store.read('retained', 'topics', '', 10);
    const written = put(store, 'a');
    expect((await reading).topics).toEqual([]);
    await written;
    expect((await store.read('retained', 'topics', '', 10)).topics).toEqual(['a']);
  });

  test('a read that fails says why, and those behind it are answered', async () => {
    const store = await folder.open();
    // A slice of no number of rows is refused by SQLite.
    const refused = store.read('retained', 'topics', '', Number.NaN);
    const after = store.read('retained', 'topics', '', 10);
    await expect(refused).rejects.toMatchObject({ code: 'STORE_IO' });
    expect((await after).topics).toEqual([]);
    await store.stop();
    await expect(store.read('retained', 'topics', '', 10)).rejects.toMatchObject({ code: 'STORE_STOPPED' });
  });

  test('what was written is read in order with it', async () => {
    const store = await folder.open();
    void put(store, 'a');
    expect(await topics(store)).toEqual(['a']);
  });

  test('a stop keeps everything that was asked for before', async () => {
    const store = await folder.open();
    const writes = Array.from({ length: 5000 }, (_, i) => put(store, `t${i}`));
    await store.stop();
    await Promise.all(writes);
    expect(await topics(await folder.open())).toHaveLength(5000);
  });

  test('after a stop nothing is taken', async () => {
    const store = await folder.open();
    await store.stop();
    await expect(put(store, 'a')).rejects.toMatchObject({ code: 'STORE_STOPPED' });
    await expect(new Store(folder.path, folder.kept.log).ask('outbox', 'load')).rejects.toMatchObject({
      code: 'STORE_STOPPED',
    });
  });

  test('what the disk cannot take in time is refused, not queued without bound', async () => {
    const store = await folder.open();
    const writes = Array.from({ length: 100 }, (_, i) => put(store, `t${i}`, 1024 * 1024));
    const settled = await Promise.allSettled(writes);
    const refused = settled.filter((one) => one.status === 'rejected');
    expect(refused.length).toBeGreaterThan(50);
    expect(refused[0]).toMatchObject({ reason: { code: 'STORE_BUSY', retryable: true } });
    await put(store, 'later');
    expect(await topics(store)).toContain('later');
  });

  test('a failed commit keeps nothing, is told to all who wait, and the next one works', async () => {
    const store = await folder.open();
    await store.write('lanes', 'open', 1, 'cloud', 0);
    const good = put(store, 'a');
    const bad = store.write('lanes', 'open', 1, 'cloud', 0);
    await expect(good).rejects.toMatchObject({ code: 'STORE_IO' });
    await expect(bad).rejects.toMatchObject({ code: 'STORE_IO' });
    expect(await topics(store)).toEqual([]);
    expect(folder.kept.lines).toHaveLength(1);
    await put(store, 'b');
    expect(await topics(store)).toEqual(['b']);
    expect(folder.kept.lines.map(({ msg }) => msg)).toEqual([
      'the database takes no writes',
      'the database takes writes again',
    ]);
  });

  test('of a commit that fails while it is gathered nothing is kept, however much of it comes later', async () => {
    const store = await folder.open();
    await store.write('lanes', 'open', 1, 'cloud', 0);
    const writes: Promise<unknown>[] = [put(store, 'first'), store.write('lanes', 'open', 1, 'cloud', 0)];
    for (let number = 0; number < 500; number++) writes.push(put(store, `t${number}`));
    // Asked for in between, and answered by what is on disk.
    const [before, after] = [store.read('retained', 'topics', '', 10), topics(store)];
    expect(new Set(writes).size).toBe(1);
    for (const settled of await Promise.allSettled(writes)) expect(settled.status).toBe('rejected');
    expect((await before).topics).toEqual([]);
    await expect(after).rejects.toMatchObject({ code: 'STORE_IO' });
    await put(store, 'later');
    expect(await topics(store)).toEqual(['later']);
  });

  test('a read is answered by what is on disk, not by a commit that is being gathered', async () => {
    const store = await folder.open();
    await put(store, 'kept');
    const writes = Array.from({ length: 100 }, (_, number) => put(store, `t${number}`));
    const read = store.read('retained', 'topics', '', 1_000);
    const seen = (await read).topics.length;
    expect([1, 101]).toContain(seen);
    await Promise.all(writes);
    expect((await store.read('retained', 'topics', '', 1_000)).topics).toHaveLength(101);
  });
});
