import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '../../../src/broker/store/connection.ts';
import { openDatabase } from '../../../src/broker/store/database.ts';
import { PAYLOAD, WAL_BYTES } from './appends.ts';

/** Makes commits of so many rows for a while; how many rows a second. */
type Loop = (rows_a_commit: number, duration_ms: number) => number;

/** What better-sqlite3 does when nothing else is done: into a table alone, as durable. */
export const bareLoop: Loop = (rows_a_commit, duration_ms) =>
  inFolder(
    (path) => {
      const db = new Connection(path);
      db.pragma('locking_mode = EXCLUSIVE');
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = FULL');
      db.exec(
        'CREATE TABLE outbox (sequence INTEGER PRIMARY KEY, topic TEXT, payload BLOB, qos INTEGER, retain INTEGER, written_at INTEGER)',
      );
      const insert = db.prepare('INSERT INTO outbox (topic, payload, qos, retain, written_at) VALUES (?, ?, ?, ?, ?)');
      const commit = db.transaction(() => {
        for (let row = 0; row < rows_a_commit; row++) {
          insert.run(`load/${row % 50}`, Buffer.alloc(PAYLOAD, row), 1, 0, Date.now());
        }
      });
      return { commit, close: () => db.close() };
    },
    rows_a_commit,
    duration_ms,
  );

/**
 * The same loop into the file that the outbox has: small pages, an index of what is retained, clocks and a checksum of each
 * row. What is missing to the outbox's own figure is what a second thread and a promise for each publisher cost.
 */
export const tableLoop: Loop = (rows_a_commit, duration_ms) =>
  inFolder(
    (path) => {
      const { db, tables } = openDatabase(path, new Date());
      let sequence = 0;
      const commit = db.transaction(() => {
        for (let row = 0; row < rows_a_commit; row++) {
          const [topic, payload, now] = [`load/${row % 50}`, Buffer.alloc(PAYLOAD, row), Date.now()];
          tables.outbox.append(++sequence, 'telemetry', 1, topic, payload, null, 1, 0, now, now, null, PAYLOAD + 70);
        }
        tables.outbox.settle(true);
      });
      return { commit, close: () => db.close() };
    },
    rows_a_commit,
    duration_ms,
  );

function inFolder(
  open: (path: string) => { readonly commit: () => void; readonly close: () => void },
  rows_a_commit: number,
  duration_ms: number,
): number {
  const folder = mkdtempSync(join(tmpdir(), 'pinbus-bench-'));
  const path = join(folder, 'bare.db');
  const { commit, close } = open(path);
  // The log grows to its size once; the outbox had that behind it as well.
  while (statSync(`${path}-wal`).size < WAL_BYTES) commit();
  const began = performance.now();
  let rows = 0;
  for (; performance.now() < began + duration_ms; rows += rows_a_commit) commit();
  const per_s = rows / ((performance.now() - began) / 1_000);
  close();
  rmSync(folder, { recursive: true });
  return per_s;
}
