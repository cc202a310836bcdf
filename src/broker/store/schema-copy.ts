import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Connection } from './connection.ts';

/** How long a copy stays, in milliseconds: 30 days. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/** Where the copy of a file goes that had this schema, before it gets a newer one. */
export const schemaCopy = (path: string, version: number): string => `${path}.schema-${version}`;

/** Whole and on disk before the schema is touched, or not at all. */
export function keepSchemaCopy(db: Connection, path: string, version: number): void {
  const copy = schemaCopy(path, version);
  const part = `${copy}.part`;
  rmSync(part, { force: true });
  try {
    db.prepare('VACUUM INTO ?').run(part);
    fsyncPath(part);
    renameSync(part, copy);
    fsyncPath(dirname(path));
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** Removes copies that nobody went back to for 30 days. */
export function removeOldCopies(path: string, now: Date): void {
  const folder = dirname(path);
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (!/^\.schema-\d+$/.test(name.slice(basename(path).length)) || !name.startsWith(basename(path))) continue;
    if (now.getTime() - statSync(file).mtimeMs > KEPT_MS) rmSync(file, { force: true });
  }
}

function fsyncPath(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
