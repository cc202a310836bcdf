import { readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { codeOf } from './fault.ts';

/** Damaged files that are kept; the oldest go first. */
const KEPT = 3;

/** Gives a damaged file a dated name, and its log with it. Returns the name. */
export function setAside(path: string, now: Date): string {
  const name = `${path}.damaged-${now.toISOString().replaceAll(':', '-')}`;
  // The log first: without its file nobody would look for it.
  for (const suffix of ['-wal', '-shm', '']) {
    try {
      renameSync(path + suffix, name + suffix);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  }
  forgetOldest(path);
  return name;
}

function forgetOldest(path: string): void {
  const folder = dirname(path);
  const aside = readdirSync(folder).filter((name) => name.startsWith(`${basename(path)}.damaged-`));
  const files = aside.filter((name) => !/-(?:wal|shm)$/.test(name)).toSorted();
  for (const file of files.slice(0, -KEPT)) {
    for (const name of aside) if (name.startsWith(file)) rmSync(join(folder, name), { force: true });
  }
}
