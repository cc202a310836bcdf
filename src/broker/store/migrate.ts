import { existsSync } from 'node:fs';
import type { Connection } from './connection.ts';
import { DatabaseFault } from './fault.ts';
import { MIGRATIONS } from './migrations.ts';
import { keepSchemaCopy, removeOldCopies, schemaCopy } from './schema-copy.ts';

/** "pinb": tells our files from those of other programs (PRAGMA application_id). */
export const APPLICATION_ID = 0x70696e62;

/**
 * Brings the file to the newest schema, all of it or nothing. Of a file that has to change a copy is kept beside it, as
 * `pinbus.db.schema-2`, which the older pinbus can go on with; 30 days later it is removed.
 */
export function migrate(db: Connection, path: string, version: number, now: Date): void {
  if (version > 0 && version < MIGRATIONS.length) keepSchemaCopy(db, path, version);
  else removeOldCopies(path, now);
  // Even with nothing to do: the lock proves that the file is nobody else's, and a full disk takes that.
  db.transaction(() => {
    if (version === MIGRATIONS.length) return;
    for (const step of MIGRATIONS.slice(version)) db.exec(step);
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma(`user_version = ${MIGRATIONS.length}`);
  }).immediate();
}

/** The schema's version. Throws when the file is another program's, or of a schema that only a newer pinbus knows. */
export function knownVersion(db: Connection, path: string): number {
  const owner = Number(db.pragma('application_id'));
  const version = Number(db.pragma('user_version'));
  if (owner !== APPLICATION_ID) {
    const tables = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
    if (owner !== 0 || tables !== 0) {
      throw new DatabaseFault('cannot_create', `${path} is a database of another program`);
    }
  }
  if (version > MIGRATIONS.length) {
    const copy = schemaCopy(path, MIGRATIONS.length);
    const way_back = existsSync(copy) ? `; ${copy} is what this one left` : '';
    throw new DatabaseFault(
      'newer',
      `${path} has schema version ${version}; this pinbus knows versions up to ${MIGRATIONS.length}${way_back}`,
    );
  }
  return version;
}
