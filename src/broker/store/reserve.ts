import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** What deletions need until a checkpoint lets them use the WAL again: 4 MiB, and a large commit on top. */
const RESERVE_BYTES = 8 * 1024 * 1024;
/** What must be free beside it, or it would be needed again at once. */
const FREE_BESIDE_BYTES = 4 * 1024 * 1024;
/** What is written at a time, so that no acknowledgement waits for all of it. */
const PIECE = Buffer.alloc(512 * 1024);

/**
 * A file beside the database that takes room while there is some. SQLite writes before it deletes, so a database on a full
 * disk could not even get smaller; with the reserve given up it can.
 */
export class Reserve {
  readonly #path: string;
  #held = false;

  constructor(database: string) {
    this.#path = `${database}.reserve`;
  }

  /** Whether all of it is there. */
  get held(): boolean {
    return this.#held;
  }

  /** One piece more. False: the disk has no room for the rest of it. Throws what the system answers. */
  grow(): boolean {
    const size = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
    const missing = RESERVE_BYTES - size;
    this.#held = missing <= 0;
    if (this.#held) return true;
    const { bavail, bsize } = statfsSync(dirname(this.#path));
    if (bavail * bsize < missing + FREE_BESIDE_BYTES) return false;
    const file = openSync(this.#path, 'a');
    try {
      writeSync(file, PIECE);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    return true;
  }

  /** Its room is the disk's again. Throws what the system answers. */
  release(): void {
    this.#held = false;
    rmSync(this.#path, { force: true });
  }
}
