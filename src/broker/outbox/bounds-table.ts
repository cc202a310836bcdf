import type { MessageClass } from '#topics';
import type { Connection } from '../store/connection.ts';
import type { Blocks } from './blocks.ts';
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
  readonly #blocks: Blocks;
  readonly #removals: Removals;

  constructor(db: Connection, blocks: Blocks) {
    this.#db = db;
    this.#blocks = blocks;
    this.#removals = new Removals(db, blocks);
  }

  /** Drops from the oldest of the class on until that much is free, a slice at a time. */
  dropOldest(of: MessageClass, bytes: number, messages: number): Removal {
    let [freed, rows] = [0, 0];
    return this.#dropWhile(of, (row) => {
      if (freed >= bytes && rows >= messages) return false;
      freed += row.bytes;
      rows += 1;
      return true;
    });
  }

  /** Drops what was written before that reading of the run clock, a slice at a time. */
  dropOlder(of: MessageClass, run_ms: number): Removal {
    return this.#dropWhile(of, (row) => row.run_ms < run_ms);
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

  /** From the oldest of the class on. */
  #dropWhile(of: MessageClass, goes: (row: FrontRow) => boolean): Removal {
    const column = toColumn(of);
    const stretch = this.#blocks.stretch(0, SLICE, (part) => part.class === column);
    if (stretch === undefined) return this.#removals.of([]);
    const front = this.#db
      .prepare<number[], FrontRow>(
        `SELECT sequence, bytes, run_ms FROM outbox WHERE sequence > ? AND sequence <= ? AND class = ?
          ORDER BY sequence LIMIT ?`,
      )
      .all(stretch.after, stretch.until, column, SLICE);
    const stays = front.findIndex((row) => !goes(row));
    const last = front.at(stays === -1 ? -1 : stays - 1);
    if (stays === 0 || last === undefined) return this.#removals.of([]);
    return this.#removals.of(
      this.#db
        .prepare<number[], Gone>(
          `DELETE FROM outbox WHERE sequence > ? AND sequence <= ? AND class = ? RETURNING ${GONE}`,
        )
        .all(stretch.after, last.sequence, column),
    );
  }
}
