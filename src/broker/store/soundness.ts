import { closeSync, openSync, statSync } from 'node:fs';
import type { Connection } from './connection.ts';
import { DatabaseFault } from './fault.ts';
import { readWal } from './salvage/wal.ts';

const sizeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.size;

/** An empty file is a new one to SQLite, which removes the log that lies beside it. */
export function checkPresence(path: string): void {
  const log_bytes = sizeOf(`${path}-wal`) ?? 0;
  if ((sizeOf(path) ?? 0) === 0 && log_bytes > 0)
    throw new DatabaseFault('damaged', `${path} is empty, its log is not`);
}

/** A log that is broken in the middle is a short one to SQLite. The lock must be held: it is read as it lies there. */
export function checkLog(path: string, page_bytes: number): void {
  const log_bytes = sizeOf(`${path}-wal`) ?? 0;
  if (log_bytes === 0) return;
  const log = openSync(`${path}-wal`, 'r');
  try {
    if (readWal(log, log_bytes, page_bytes).damaged) throw new DatabaseFault('damaged', `${path}-wal is damaged`);
  } finally {
    closeSync(log);
  }
}

/** Reads every page once, so that damage is found while the file can still be set aside: 0.3 s for 250 MB that are cached. */
export function checkPages(db: Connection, path: string): void {
  const verdict = db.pragma('quick_check(1)');
  if (verdict !== 'ok') throw new DatabaseFault('damaged', `${path} is damaged: ${String(verdict)}`);
}
