import type { MessageClass } from '#topics';
import type { Connection } from '../store/connection.ts';
import type { DeadLetterTable, Forgotten } from './dead-letter-table.ts';
import { HistoryTable } from './history-table.ts';
import {
  fromColumn,
  GONE,
  type Gone,
  type OldestOfClasses,
  type Removal,
  Removals,
  type Share,
  toColumn,
} from './removal.ts';
import { COLUMNS, type OutboxRow, page } from './row.ts';

export type { OutboxRow } from './row.ts';

export interface Loaded {
  /** The newest number ever given out. */
  readonly sequence: number;
  readonly shares: readonly Share[];
  readonly oldest: OldestOfClasses;
}

/** A message that a lane had until now. */
export interface Settled extends Removal {
  /** Messages that the lane wanted until now. */
  readonly settled: number;
}

/**
 * Numbers that are reserved at a time, and skipped by a restart. SQLite notes the newest number ever given out with each
 * commit, which is a page of the three that a small commit writes, unless a larger one stands there already.
 */
const RESERVED = 10_000;

/** The table `outbox`. `bit` is a lane's place, `wanted_by` a sum of 2**bit. */
export class OutboxTable {
  readonly #db: Connection;
  readonly #history: HistoryTable;
  readonly #dead: DeadLetterTable;
  readonly #removals: Removals;
  #reserved = 0;
  readonly #insert;
  readonly #peek;
  readonly #peekClass;
  readonly #take;
  readonly #share;
  #shares: readonly Share[] | undefined;

  constructor(db: Connection, dead: DeadLetterTable) {
    this.#db = db;
    this.#dead = dead;
    this.#history = new HistoryTable(db);
    this.#removals = new Removals(db);
    this.#insert = db.prepare(
      `INSERT INTO outbox (sequence, class, wanted_by, topic, payload, properties, qos, retain, written_at, run_ms,
        expires_run_ms, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#peek = db.prepare<unknown[], OutboxRow>(
      `SELECT ${COLUMNS} FROM outbox
        WHERE sequence > ? AND wanted_by & ? AND (expires_run_ms IS NULL OR expires_run_ms > ?)
        ORDER BY sequence LIMIT 1`,
    );
    this.#peekClass = db.prepare<unknown[], OutboxRow>(
      `SELECT ${COLUMNS} FROM outbox INDEXED BY outbox_class
        WHERE class = ? AND sequence > ? AND wanted_by & ? AND (expires_run_ms IS NULL OR expires_run_ms > ?)
        ORDER BY sequence LIMIT 1`,
    );
    this.#take = db.prepare<unknown[], Gone>(
      `DELETE FROM outbox WHERE sequence = ? AND wanted_by = ? RETURNING ${GONE}`,
    );
    this.#share = db.prepare<unknown[], { topic: string; retain: number }>(
      `UPDATE outbox SET wanted_by = wanted_by & ~CAST(? AS INTEGER) WHERE sequence = ? AND wanted_by & ?
        RETURNING topic, retain`,
    );
    this.#shares = this.#scan();
  }

  load(): Loaded {
    const shares = this.#shares ?? this.#scan();
    this.#shares = undefined;
    const newest = this.#db.prepare<[], number>("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").pluck();
    return { sequence: newest.get() ?? 0, shares, oldest: this.#removals.oldest() };
  }

  /** The next number is above this one. */
  beginAt(sequence: number): void {
    this.#db.prepare("DELETE FROM sqlite_sequence WHERE name = 'outbox'").run();
    this.#db.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', ?)").run(sequence);
    // A commit that fails takes it back: then SQLite notes each number itself, until the next are reserved.
    this.#reserved = sequence;
  }

  append(
    sequence: number,
    of: MessageClass,
    wanted_by: number,
    topic: string,
    payload: Uint8Array,
    properties: string | null,
    qos: number,
    retain: number,
    written_at: number,
    run_ms: number,
    expires_run_ms: number | null,
    bytes: number,
  ): void {
    if (sequence > this.#reserved) this.beginAt(sequence + RESERVED);
    this.#insert.run(
      sequence,
      toColumn(of),
      wanted_by,
      topic,
      payload,
      properties,
      qos,
      retain,
      written_at,
      run_ms,
      expires_run_ms,
      bytes,
    );
  }

  /** `of` null: of every class. */
  peek(bit: number, after: number, limit: number, now_run_ms: number, of: MessageClass | null): OutboxRow[] {
    const next =
      of === null
        ? (sequence: number) => this.#peek.get(sequence, 2 ** bit, now_run_ms)
        : (sequence: number) => this.#peekClass.get(toColumn(of), sequence, 2 ** bit, now_run_ms);
    return page(next, after, limit);
  }

  /** They are of another class by the rules of today. */
  reclassify(of: MessageClass, sequences: readonly number[]): void {
    const update = this.#db.prepare('UPDATE outbox SET class = ? WHERE sequence = ? AND class != ?');
    const column = toColumn(of);
    for (const sequence of sequences) update.run(column, sequence, column);
    this.#shares = undefined;
  }

  divide(bit: number, until: number): void {
    this.#history.divide(bit, until);
  }

  peekStates(bit: number, after: number, limit: number, now_run_ms: number): OutboxRow[] {
    return this.#history.states(bit, after, limit, now_run_ms);
  }

  peekHistory(bit: number, after: number, limit: number, now_run_ms: number, of: MessageClass | null): OutboxRow[] {
    return this.#history.rest(bit, after, limit, now_run_ms, of);
  }

  confirm(bit: number, sequences: readonly number[]): Settled {
    const mask = 2 ** bit;
    const gone: Gone[] = [];
    let settled = 0;
    for (const sequence of sequences) {
      const last = this.#take.get(sequence, mask);
      if (last !== undefined) gone.push(last);
      const row = last ?? this.#share.get(mask, sequence, mask);
      if (row === undefined) continue;
      settled += 1;
      if (row.retain === 1) this.#history.passed(bit, row.topic, sequence);
    }
    return { ...this.#removals.of(gone), settled };
  }

  /** As `confirm` of that one, which becomes a dead letter. */
  refuse(bit: number, sequence: number, reason: string, now: number): Settled & { readonly forgotten: Forgotten[] } {
    const forgotten = this.#dead.add(bit, sequence, reason, now);
    return { ...this.confirm(bit, [sequence]), forgotten };
  }

  #scan(): Share[] {
    return this.#db
      .prepare<[], { wanted_by: number; class: number; rows: number; bytes: number }>(
        'SELECT wanted_by, class, count(*) AS rows, sum(bytes) AS bytes FROM outbox GROUP BY wanted_by, class',
      )
      .all()
      .map((share) => ({ ...share, class: fromColumn(share.class) }));
  }
}
