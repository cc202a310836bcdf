import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { Connection } from './connection.ts';
import { MIGRATIONS } from './migrations.ts';
import { openTables, type Tables } from './tables.ts';

/** "pinb": tells our files from those of other programs (PRAGMA application_id). */
const APPLICATION_ID = 0x70696e62;

/** What is wrong with a file, before it becomes an error of this room. */
export class DatabaseFault extends Error {
  readonly kind: 'cannot_create' | 'in_use' | 'newer';

  constructor(kind: DatabaseFault['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

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
    return { ...openFile(path), set_aside: undefined };
  } catch (error) {
    if (!isDamage(error)) throw asFault(error, path);
  }
  const set_aside = setAside(path, now);
  try {
    const opened = openFile(path);
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

function openFile(path: string): { db: Connection; tables: Tables } {
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
    migrate(db, path);
    return { db, tables: openTables(db) };
  } catch (error) {
    db.close();
    throw error;
  }
}

function migrate(db: Connection, path: string): void {
  const owner = Number(db.pragma('application_id'));
  const version = Number(db.pragma('user_version'));
  if (owner !== APPLICATION_ID) {
    const tables = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
    if (owner !== 0 || tables !== 0) {
      throw new DatabaseFault('cannot_create', `${path} is a database of another program`);
    }
  }
  if (version > MIGRATIONS.length) {
    throw new DatabaseFault(
      'newer',
      `${path} has schema version ${version}; this pinbus knows versions up to ${MIGRATIONS.length}`,
    );
  }
  // Taken even when there is nothing to do: it proves that the file can be written and is nobody else's.
  db.transaction(() => {
    for (const step of MIGRATIONS.slice(version)) db.exec(step);
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma(`user_version = ${MIGRATIONS.length}`);
  }).immediate();
}

/** SQLite's own name for what went wrong, or the system's. */
const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

const isDamage = (error: unknown): boolean => /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(error));

function asFault(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    return new DatabaseFault('in_use', `${path} is open in another process`, { cause: error });
  }
  if (/^SQLITE_(CANTOPEN|READONLY|PERM|AUTH)/.test(code) || /^E[A-Z]+$/.test(code) || error instanceof TypeError) {
    return new DatabaseFault('cannot_create', `cannot open or make ${path}`, { cause: error });
  }
  return error;
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
