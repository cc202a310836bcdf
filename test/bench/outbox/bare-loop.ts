import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '../../../src/broker/store/connection.ts';
import { PAYLOAD, WAL_BYTES } from './appends.ts';

/** What better-sqlite3 does when nothing else is done: rows a second into a table alone, so many a commit, as durable. */
export function bareLoop(rows_a_commit: number, duration_ms: number): number {
  const folder = mkdtempSync(join(tmpdir(), 'pinbus-bench-'));
  const db = new Connection(join(folder, 'bare.db'));
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
  // The log grows to its size once; the outbox had that behind it as well.
  while (statSync(join(folder, 'bare.db-wal')).size < WAL_BYTES) commit();
  const began = performance.now();
  let rows = 0;
  for (; performance.now() < began + duration_ms; rows += rows_a_commit) commit();
  const per_s = rows / ((performance.now() - began) / 1_000);
  db.close();
  rmSync(folder, { recursive: true });
  return per_s;
}
