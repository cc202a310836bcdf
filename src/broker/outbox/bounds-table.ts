import type { MessageClass } from '#topics';
import type { Connection } from '../store/connection.ts';
import { GONE, type Gone, type Removal, Removals, toColumn } from './removal.ts';

/** Rows, or topics, that one call looks at: the database is held for some milliseconds at most. */
const SLICE = 500;

interface FrontRow {
  readonly sequence: number;
  readonly bytes: number;
  readonly run_ms: number;
}

/** What goes from the table `outbox` when there is too much of it, or it is too old. */
export class BoundsTable {
  readonly #db: Connection;
  readonly #removals: Removals;

  constructor(db: Connection) {
    this.#db = db;
    this.#removals = new Removals(db);
  }

  /** Drops from the oldest of the class on until that much is free, a slice at a time. */
  dropOldest(of: MessageClass, bytes: number, messages: number): Removal {
    let [freed, rows, last] = [0, 0, 0];
    for (const row of this.#front(of)) {
      if (freed >= bytes && rows >= messages) break;
      freed += row.bytes;
      rows += 1;
      last = row.sequence;
    }
    return this.#dropUntil(of, last);
  }

  /** Drops what was written before that reading of the run clock, a slice at a time. */
  dropOlder(of: MessageClass, run_ms: number): Removal {
    let last = 0;
    for (const row of this.#front(of)) {
      if (row.run_ms >= run_ms) break;
      last = row.sequence;
    }
    return this.#dropUntil(of, last);
  }

  /** Drops what its publisher let expire, a slice at a time. */
  dropExpired(now_run_ms: number): Removal {
    return this.#removals.of(
      this.#db
        .prepare<[number, number], Gone>(
          `DELETE FROM outbox WHERE sequence IN
            (SELECT sequence FROM outbox WHERE expires_run_ms <= ? ORDER BY expires_run_ms LIMIT ?) RETURNING ${GONE}`,
        )
        .all(now_run_ms, SLICE),
    );
  }

  /**
   * Of the next topics after that one keeps the newest retained message alone, until that much is free. A message stays when a
   * lane wants it that does not want a newer one. `last` is where to go on; undefined: there are no more topics.
   */
  compact(
    of: MessageClass,
    after: string,
    bytes: number,
    messages: number,
  ): Removal & { readonly last: string | undefined } {
    const next = this.#db
      .prepare<[string], string>('SELECT topic FROM outbox WHERE retain = 1 AND topic > ? ORDER BY topic LIMIT 1')
      .pluck();
    const drop = this.#db.prepare<[string, number], Gone>(
      `DELETE FROM outbox WHERE sequence IN (
          SELECT older.sequence FROM outbox AS older
            WHERE older.retain = 1 AND older.topic = ? AND older.class = ? AND EXISTS (
              SELECT 1 FROM outbox AS newer WHERE newer.retain = 1 AND newer.topic = older.topic
                AND newer.sequence > older.sequence AND older.wanted_by & ~newer.wanted_by = 0)
            ORDER BY older.sequence LIMIT ${SLICE})
        RETURNING ${GONE}`,
    );
    const gone: Gone[] = [];
    let freed = 0;
    let topic = next.get(after);
    let last: string | undefined;
    for (let topics = 0; topic !== undefined; topic = next.get(topic)) {
      if (topics === SLICE || gone.length >= SLICE || (freed >= bytes && gone.length >= messages)) break;
      const dropped = drop.all(topic, toColumn(of));
      for (const row of dropped) {
        freed += row.bytes;
        gone.push(row);
      }
      topics += 1;
      if (dropped.length < SLICE) last = topic;
      else break;
    }
    return { ...this.#removals.of(gone), last: topic === undefined ? undefined : (last ?? after) };
  }

  #front(of: MessageClass): FrontRow[] {
    return this.#db
      .prepare<[number, number], FrontRow>(
        `SELECT sequence, bytes, run_ms FROM outbox INDEXED BY outbox_class
          WHERE class = ? ORDER BY sequence LIMIT ?`,
      )
      .all(toColumn(of), SLICE);
  }

  #dropUntil(of: MessageClass, sequence: number): Removal {
    return this.#removals.of(
      this.#db
        .prepare<[number, number], Gone>(
          `DELETE FROM outbox INDEXED BY outbox_class WHERE class = ? AND sequence <= ? RETURNING ${GONE}`,
        )
        .all(toColumn(of), sequence),
    );
  }
}
