import type { Connection } from './connection.ts';
import { pageSizeOf } from './page-size.ts';
import type { FromWorker } from './protocol.ts';
import { Reserve } from './reserve.ts';

/** Between two steps, in milliseconds; a commit that comes waits for one step at most. */
const STEP_MS = 250;
/** The same on a full disk, where nothing waits that could be kept. */
const FULL_STEP_MS = 25;
/** Until the disk is asked for room again. */
const PATIENCE_MS = 2_000;
/** While commits keep coming they have the disk to themselves, and a step is taken only so often, in milliseconds. */
const BUSY_STEP_MS = 5_000;
/** Given back in a step. */
const STEP_BYTES = 512 * 1024;
/** What stays free in the file, as the next burst needs it. */
const SPARE_BYTES = 4 * 1024 * 1024;

/**
 * What the database thread does between commits, a step at a time: it gives back what a drain left free, holds a reserve,
 * and on a full disk looks for room until the reserve can be held again.
 */
export class Upkeep {
  readonly #db: Connection;
  readonly #reserve: Reserve;
  readonly #say: (message: FromWorker) => void;
  readonly #free;
  readonly #page_bytes: number;
  #full = false;
  #committed_ms = Number.NEGATIVE_INFINITY;
  #shrunk_ms = Number.NEGATIVE_INFINITY;
  #shrinking = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(db: Connection, path: string, say: (message: FromWorker) => void) {
    this.#db = db;
    this.#reserve = new Reserve(path);
    this.#say = say;
    this.#free = db.prepare<[], number>('PRAGMA freelist_count').pluck();
    this.#page_bytes = pageSizeOf(db);
  }

  /** After each commit: there may be something to do. */
  wake(): void {
    this.#committed_ms = performance.now();
    this.#wakeSoon();
  }

  /** The disk took no more: gives up the reserve. False: that was done before. */
  makeRoom(): boolean {
    if (this.#full) return false;
    this.#full = true;
    this.#say({ kind: 'disk', full: true });
    this.#reserve.release();
    return true;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #wakeSoon(): void {
    this.#wakeIn(this.#full ? FULL_STEP_MS : STEP_MS);
  }

  #wakeIn(ms: number): void {
    if (this.#timer === undefined && this.#due()) this.#timer = setTimeout(() => this.#step(), ms);
  }

  #due(): boolean {
    return this.#full || !this.#reserve.held || this.#shrinking || this.#excess() > 0;
  }

  #excess(): number {
    return (this.#free.get() ?? 0) - (this.#full ? 0 : SPARE_BYTES / this.#page_bytes);
  }

  #step(): void {
    this.#timer = undefined;
    // The end of the commit that is being gathered wakes it again.
    if (this.#db.inTransaction) return;
    let went = false;
    try {
      went = this.#shrink();
      if (!this.#reserve.held) went = this.#reserve.grow() || went;
      if (this.#full && this.#reserve.held) {
        this.#full = false;
        this.#say({ kind: 'disk', full: false });
      }
    } catch {
      // The disk takes nothing, which the next commit tells.
    }
    if (went) this.#wakeSoon();
    else this.#wakeIn(PATIENCE_MS);
  }

  #shrink(): boolean {
    const excess = this.#excess();
    if (excess > 0) {
      const now_ms = performance.now();
      const isBusy = !this.#full && now_ms - this.#committed_ms < STEP_MS;
      if (isBusy && now_ms - this.#shrunk_ms < BUSY_STEP_MS) return false;
      this.#shrunk_ms = now_ms;
      // By `exec`: of a prepared statement better-sqlite3 takes one step, which is one page.
      this.#db.exec(`PRAGMA incremental_vacuum(${Math.min(excess, STEP_BYTES / this.#page_bytes)})`);
      this.#shrinking = true;
    } else if (this.#shrinking) {
      // The file ends earlier once the WAL is in it.
      this.#db.pragma('wal_checkpoint(TRUNCATE)');
      this.#shrinking = false;
    } else return false;
    return true;
  }
}
