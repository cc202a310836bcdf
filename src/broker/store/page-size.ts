import type { Connection } from './connection.ts';

/**
 * Of a file that this pinbus makes, in bytes. A commit writes whole pages, and one of a few short messages fills none of
 * SQLite's 4,096: with a quarter of that it costs the disk a third less, and a large one costs no more.
 */
export const PAGE_BYTES = 1024;
/** Of what an older pinbus made: SQLite's own. */
export const OLDER_PAGE_BYTES = 4096;

/** The log goes into the file whenever it has so many bytes. */
const CHECKPOINT_BYTES = 4 * 1024 * 1024;

/** Before anything is in the file. */
export function setPageSize(db: Connection): void {
  db.pragma(`page_size = ${PAGE_BYTES}`);
}

export const pageSizeOf = (db: Connection): number => Number(db.pragma('page_size'));

/** A file that an older pinbus made is written anew. Where the disk has no room for that it stays as it is. */
export function convertPageSize(db: Connection): void {
  if (pageSizeOf(db) === PAGE_BYTES) return;
  try {
    // With a log SQLite keeps the size of the pages. A crash in between leaves a journal, which brings the old file back.
    db.pragma('journal_mode = DELETE');
    setPageSize(db);
    db.exec('VACUUM');
  } catch {
    // The next start tries again.
  } finally {
    db.pragma('journal_mode = WAL');
  }
}

/** Bounds the log, which is cut back to that after a burst. */
export function boundLog(db: Connection): void {
  db.pragma(`wal_autocheckpoint = ${Math.floor(CHECKPOINT_BYTES / pageSizeOf(db))}`);
  db.pragma(`journal_size_limit = ${CHECKPOINT_BYTES}`);
}
