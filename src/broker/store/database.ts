import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Connection } from './connection.ts';
import { asFault, DatabaseFault, isDamage } from './fault.ts';
import { knownVersion, migrate } from './migrate.ts';
import { boundLog, convertPageSize, pageSizeOf, setPageSize } from './page-size.ts';
import { type Salvage, salvage } from './salvage/salvage.ts';
import { setAside } from './set-aside.ts';
import { checkLog, checkPages, checkPresence } from './soundness.ts';
import { openTables, type Tables } from './tables.ts';

/** How a damaged file was got over. */
export interface Recovery {
  readonly damage: string;
  /** Where the damaged file is now. */
  readonly set_aside: string;
  /** What could be read of it. */
  readonly salvaged: Salvage;
}

export interface OpenDatabase {
  readonly db: Connection;
  readonly tables: Tables;
  /** Undefined: the file was sound. */
  readonly recovery: Recovery | undefined;
}

/** Opens or makes the database; one that is damaged is set aside under a dated name, and a new one has what can be read of it. */
export function openDatabase(path: string, now: Date): OpenDatabase {
  try {
    makeFolder(dirname(path));
  } catch (error) {
    throw new DatabaseFault('cannot_create', `cannot make the folder ${dirname(path)}`, { cause: error });
  }
  try {
    return { ...openFile(path, now), recovery: undefined };
  } catch (error) {
    if (!isDamage(error)) throw asFault(error, path);
    try {
      return recover(path, now, error instanceof Error ? error.message : String(error));
    } catch (failure) {
      throw asFault(failure, path);
    }
  }
}

/** Level by level: Node's own `recursive` never ends below /proc, where a folder that cannot be made is "not found". */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

function openFile(path: string, now: Date): { db: Connection; tables: Tables } {
  putBack(path);
  checkPresence(path);
  const is_new = (statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0;
  // A second pinbus is told so at once; a predecessor that is just ending gets half a second.
  const db = new Connection(path, { timeout: 500 });
  try {
    // The exclusive lock is taken with the first access and held until the file is closed, by kill -9 at the latest.
    db.pragma('locking_mode = EXCLUSIVE');
    // Once, when it is made: later SQLite would write it anew each time, which a full disk does not take.
    if (is_new) {
      setPageSize(db);
      db.pragma('auto_vacuum = INCREMENTAL');
    }
    db.pragma('journal_mode = WAL');
    // WAL with NORMAL lost hundreds of acknowledged rows in simulated power cuts, FULL none.
    db.pragma('synchronous = FULL');
    const version = knownVersion(db, path);
    checkLog(path, pageSizeOf(db));
    checkPages(db, path);
    migrate(db, path, version, now);
    convertPageSize(db);
    boundLog(db);
    // better-sqlite3's default is 16 MB; what is read once in its order gains nothing by it.
    db.pragma('cache_size = -4000');
    return { db, tables: openTables(db) };
  } catch (error) {
    if (isDamage(error)) closeUntouched(db, path);
    else db.close();
    throw error;
  }
}

const salvagedPath = (path: string): string => `${path}.salvaged`;
const closingPath = (path: string): string => `${path}.closing`;

/** SQLite puts the log into the file and removes it as it closes, but not where the file has another name by then. */
function closeUntouched(db: Connection, path: string): void {
  renameSync(path, closingPath(path));
  db.close();
  renameSync(closingPath(path), path);
}

/** What a power cut left between two names. */
function putBack(path: string): void {
  if (existsSync(path)) return;
  const left = [closingPath(path), salvagedPath(path)].find((name) => existsSync(name));
  if (left !== undefined) renameSync(left, path);
}

/** In an order that a power cut may end anywhere: the damaged file goes when all of it that can be read is elsewhere on disk. */
function recover(path: string, now: Date, damage: string): OpenDatabase {
  const salvaged = salvageInto(salvagedPath(path), path);
  const set_aside = setAside(path, now);
  renameSync(salvagedPath(path), path);
  const opened = openFile(path, now);
  // The newest numbers may be lost, and none may be used twice: begin far above them.
  const far_above = Math.max(opened.tables.outbox.load().sequence + 1e9, Math.floor(now.getTime() / 1000) * 1e6);
  opened.tables.outbox.beginAt(far_above);
  return { ...opened, recovery: { damage, set_aside, salvaged } };
}

function salvageInto(salvaged_path: string, path: string): Salvage {
  rmSync(salvaged_path, { force: true });
  const db = new Connection(salvaged_path);
  try {
    setPageSize(db);
    db.pragma('auto_vacuum = INCREMENTAL');
    // It is on disk as a whole before anybody uses it.
    db.pragma('journal_mode = OFF');
    db.pragma('synchronous = OFF');
    return salvage(path, db);
  } finally {
    db.close();
    const file = openSync(salvaged_path, 'r+');
    fsyncSync(file);
    closeSync(file);
  }
}
