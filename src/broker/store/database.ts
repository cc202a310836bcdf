import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { Connection } from './connection.ts';
import { asFault, codeOf, DatabaseFault, isDamage } from './fault.ts';
import { migrate } from './migrate.ts';
import { openTables, type Tables } from './tables.ts';

export interface OpenDatabase {
  readonly db: Connection;
  readonly tables: Tables;
  /** Where a damaged file was put; undefined: the file was sound. */
  readonly set_aside: string | undefined;
}

/** Opens or makes the database; one that is damaged is set aside under a dated name and a new one begins. */
export function openDatabase(path: string, now: Date): OpenDatabase {
  try {
    makeFolder(dirname(path));
  } catch (error) {
    throw new DatabaseFault('cannot_create', `cannot make the folder ${dirname(path)}`, { cause: error });
  }
  try {
    return { ...openFile(path, now), set_aside: undefined };
  } catch (error) {
    if (!isDamage(error)) throw asFault(error, path);
  }
  const set_aside = setAside(path, now);
  try {
    const opened = openFile(path, now);
    // The numbers in the damaged file are not known, and none may be used twice: begin far above them.
    opened.tables.outbox.beginAt(Math.floor(now.getTime() / 1000) * 1_000_000);
    return { ...opened, set_aside };
  } catch (error) {
    throw asFault(error, path);
  }
}

/** Level by level: Node's own `recursive` never ends below /proc, where a folder that cannot be made is "not found". */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

function openFile(path: string, now: Date): { db: Connection; tables: Tables } {
  // A second pinbus is told so at once; a predecessor that is just ending gets half a second.
  const db = new Connection(path, { timeout: 500 });
  try {
    // The exclusive lock is taken with the first access and held until the file is closed, by kill -9 at the latest.
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('auto_vacuum = INCREMENTAL');
    db.pragma('journal_mode = WAL');
    // WAL with NORMAL lost hundreds of acknowledged rows in simulated power cuts, FULL none.
    db.pragma('synchronous = FULL');
    // The WAL file is cut back to this after a checkpoint, so that a burst does not keep the disk.
    db.pragma('journal_size_limit = 4194304');
    migrate(db, path, now);
    return { db, tables: openTables(db) };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** The WAL goes with its file: without it the newest rows could not be salvaged. */
function setAside(path: string, now: Date): string {
  const name = `${path}.damaged-${now.toISOString().replaceAll(':', '-')}`;
  renameSync(path, name);
  for (const suffix of ['-wal', '-shm']) {
    try {
      renameSync(path + suffix, name + suffix);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  }
  return name;
}
