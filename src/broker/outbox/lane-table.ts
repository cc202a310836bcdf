import type { Connection } from '../store/connection.ts';
import { has } from './accounts.ts';
import { type Blocks, type Part, SUM, type Sum } from './blocks.ts';
import { GONE, type Gone, type Oldest, type Removal, Removals } from './removal.ts';

/** A lane as it was left. */
export interface LaneRow {
  readonly bit: number;
  readonly name: string;
  /** Up to this number it is history. */
  readonly history: number;
  /** What was published after the first number, up to the second, may still have to join it. */
  readonly join_after: number;
  readonly join_until: number;
}

/** What a lane owes its upstream. */
export interface OwedRow {
  readonly bytes: number;
  readonly oldest: Oldest | undefined;
}

/** A message as far as its lanes and its class hang on it. */
export interface TopicRow {
  readonly sequence: number;
  readonly topic: string;
}

/** The table `lane`, and which rows a lane wants. Whatever may concern every row goes in slices, so that commits go between. */
export class LaneTable {
  readonly #db: Connection;
  readonly #blocks: Blocks;
  readonly #removals: Removals;

  constructor(db: Connection, blocks: Blocks) {
    this.#db = db;
    this.#blocks = blocks;
    this.#removals = new Removals(db, blocks);
  }

  list(): LaneRow[] {
    return this.#db
      .prepare<[], LaneRow>('SELECT bit, name, history, join_after, join_until FROM lane ORDER BY bit')
      .all();
  }

  owed(bit: number): OwedRow {
    const isOwed = (part: Part): boolean => has(part.wanted_by, bit);
    const stretch = this.#blocks.stretch(0, 1, isOwed);
    const oldest = this.#db
      .prepare<number[], Oldest>(
        `SELECT written_at, run_ms FROM outbox WHERE sequence > ? AND sequence <= ? AND wanted_by & ?
          ORDER BY sequence LIMIT 1`,
      )
      .get(stretch?.after ?? 0, stretch?.until ?? 0, 2 ** bit);
    return { bytes: this.#blocks.bytesOf(isOwed), oldest };
  }

  /** What was published up to `join_until` may join it. */
  open(bit: number, name: string, join_until: number): void {
    this.#db.prepare('INSERT INTO lane (bit, name, join_until) VALUES (?, ?, ?)').run(bit, name, join_until);
  }

  /** The next messages after that number, whoever wants them. */
  topics(after: number, limit: number): TopicRow[] {
    return this.#db
      .prepare<[number, number], TopicRow>(
        'SELECT sequence, topic FROM outbox WHERE sequence > ? ORDER BY sequence LIMIT ?',
      )
      .all(after, limit);
  }

  /** The lane wants these as well; up to `join_after` it has been looked at. */
  join(bit: number, sequences: readonly number[], join_after: number): number {
    const mask = 2 ** bit;
    const want = this.#db.prepare<[number, number, number], Sum>(
      `UPDATE outbox SET wanted_by = wanted_by | ? WHERE sequence = ? AND NOT wanted_by & ? RETURNING ${SUM}`,
    );
    let joined = 0;
    for (const sequence of sequences) {
      const row = want.get(mask, sequence, mask);
      if (row === undefined) continue;
      this.#blocks.change(sequence, { ...row, wanted_by: row.wanted_by - mask }, row);
      joined += 1;
    }
    this.#db.prepare('UPDATE lane SET join_after = ? WHERE bit = ?').run(join_after, bit);
    return joined;
  }

  /** Takes the lane off the next messages after that number. `last` is where to go on; undefined: it is off all. */
  release(bit: number, after: number, limit: number): Removal & { readonly last: number | undefined } {
    const mask = 2 ** bit;
    const take = this.#db.prepare<[number, number], Gone>(
      `DELETE FROM outbox WHERE sequence = ? AND wanted_by = ? RETURNING ${GONE}`,
    );
    const share = this.#db.prepare<[number, number], Sum>(
      `UPDATE outbox SET wanted_by = wanted_by & ~CAST(? AS INTEGER) WHERE sequence = ? RETURNING ${SUM}`,
    );
    const rows = this.#db
      .prepare<[number, number, number], { sequence: number; wanted: number }>(
        'SELECT sequence, (wanted_by & ?) != 0 AS wanted FROM outbox WHERE sequence > ? ORDER BY sequence LIMIT ?',
      )
      .all(mask, after, limit);
    const gone: Gone[] = [];
    for (const { sequence, wanted } of rows) {
      if (wanted === 0) continue;
      const last = take.get(sequence, mask);
      if (last !== undefined) {
        gone.push(last);
        continue;
      }
      const row = share.get(mask, sequence);
      if (row !== undefined) this.#blocks.change(sequence, { ...row, wanted_by: row.wanted_by + mask }, row);
    }
    return { ...this.#removals.of(gone), last: rows.at(-1)?.sequence };
  }

  /** After `release` of all. */
  close(bit: number): void {
    this.#db.prepare('DELETE FROM newest_state WHERE bit = ?').run(bit);
    this.#db.prepare('DELETE FROM lane WHERE bit = ?').run(bit);
  }
}
