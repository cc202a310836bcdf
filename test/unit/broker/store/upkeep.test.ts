import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Connection } from '../../../../src/broker/store/connection.ts';
import { setPageSize } from '../../../../src/broker/store/page-size.ts';
import { Upkeep } from '../../../../src/broker/store/upkeep.ts';
import { DatabaseFolder } from '../../../rigs/database.ts';

const MEBIBYTE = 1024 * 1024;

let folder: DatabaseFolder;
let db: Connection;
let upkeep: Upkeep;
beforeEach(() => {
  folder = new DatabaseFolder();
  const path = join(folder.folder, 'pinbus.db');
  db = new Connection(path);
  setPageSize(db);
  db.pragma('auto_vacuum = INCREMENTAL');
  db.pragma('journal_mode = WAL');
  db.exec('CREATE TABLE filler (bytes BLOB)');
  db.prepare('INSERT INTO filler VALUES (zeroblob(?))').run(8 * MEBIBYTE);
  // As after a drain.
  db.exec('DELETE FROM filler');
  vi.useFakeTimers();
  upkeep = new Upkeep(db, path, () => {});
});
afterEach(async () => {
  upkeep.stop();
  vi.useRealTimers();
  db.close();
  await folder.remove();
});

const free_bytes = (): number => Number(db.pragma('freelist_count')) * Number(db.pragma('page_size'));

function commitsFor(ms: number): void {
  for (let at = 0; at < ms; at += 100) {
    upkeep.wake();
    vi.advanceTimersByTime(100);
  }
}

test('while commits keep coming, what is free is given back a step every few seconds', () => {
  commitsFor(4_000);
  const first = free_bytes();
  expect(first).toBeLessThan(8 * MEBIBYTE);
  expect(first).toBeGreaterThan(7 * MEBIBYTE);
  commitsFor(8_000);
  expect(free_bytes()).toBeLessThan(first);
  expect(free_bytes()).toBeGreaterThan(6 * MEBIBYTE);
});

test('after them it is given back at once, but for what the next burst needs', () => {
  upkeep.wake();
  vi.advanceTimersByTime(10_000);
  expect(free_bytes()).toBeLessThanOrEqual(4 * MEBIBYTE);
  expect(free_bytes()).toBeGreaterThan(3 * MEBIBYTE);
});
