import type { MessageClass } from '#topics';
import type { Connection } from '../store/connection.ts';
import { BLOCK_OF, type Blocks, firstOf, type Part } from './blocks.ts';
import type { DeadLetterTable, Forgotten } from './dead-letter-table.ts';
import { HistoryTable } from './history-table.ts';
import { LaneReader } from './lane-reader.ts';
import { packPage } from './page.ts';
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

/** Numbers that are reserved at a time, and skipped by a restart: noting each costs a small commit a page more. */
const RESERVED = 10_000;

/** The table `outbox`. `bit` is a lane's place, `wanted_by` a sum of 2**bit. */
export class OutboxTable {
  readonly #db: Connection;
  readonly #blocks: Blocks;
  readonly #history: HistoryTable;
  readonly #dead: DeadLetterTable;
  readonly #removals: Removals;
  readonly #lane: LaneReader;
  readonly #insert;
  readonly #take;
  readonly #share;
  readonly #newest;
  #shares: readonly Share[] | undefined;
  #reserved = 0;

  constructor(db: Connection, blocks: Blocks, dead: DeadLetterTable) {
    this.#db = db;
    this.#blocks = blocks;
    this.#dead = dead;
    this.#history = new HistoryTable(db, blocks);
    this.#removals = new Removals(db, blocks);
    this.#lane = new LaneReader(db, blocks);
    this.#insert = db.prepare(
      `INSERT INTO outbox (sequence, class, wanted_by, bytes, qos, retain, written_at, run_ms, expires_run_ms, topic,
        properties, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#take = db.prepare<unknown[], Gone>(
      `DELETE FROM outbox WHERE sequence BETWEEN ? AND ? AND wanted_by = ? RETURNING ${GONE}`,
    );
    this.#share = db.prepare<unknown[], Part & Pick<Gone, 'sequence' | 'topic' | 'retain'>>(
      `UPDATE outbox SET wanted_by = wanted_by & ~CAST(? AS INTEGER) WHERE sequence BETWEEN ? AND ? AND wanted_by & ?
        RETURNING sequence, class, wanted_by, topic, retain`,
    );
    this.#newest = db.prepare<[], number>("SELECT max(newest) FROM numbering WHERE of = 'outbox'").pluck();
    this.#shares = this.#scan();
  }

  load(): Loaded {
    const shares = this.#shares ?? this.#sum();
    this.#shares = undefined;
    return { sequence: this.#newest.get() ?? 0, shares, oldest: this.#removals.oldest() };
  }

  /** The next number is above this one. */
  beginAt(sequence: number): void {
    const { changes } = this.#db.prepare("UPDATE numbering SET newest = ? WHERE of = 'outbox'").run(sequence);
    if (changes === 0) this.#db.prepare("INSERT INTO numbering (of, newest) VALUES ('outbox', ?)").run(sequence);
    this.#reserved = sequence;
  }

  /** The transaction is over; what it noted is on disk, or none of it. */
  settle(kept: boolean): void {
    this.#blocks.settle(kept);
    if (!kept) this.#reserved = 0;
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
    const column = toColumn(of);
    this.#insert.run(
      sequence,
      column,
      wanted_by,
      bytes,
      qos,
      retain,
      written_at,
      run_ms,
      expires_run_ms,
      topic,
      properties,
      payload,
    );
    this.#blocks.add(sequence, { class: column, wanted_by });
  }

  /** `of` null: of every class. */
  peek(bit: number, after: number, limit: number, now_run_ms: number, of: MessageClass | null): Uint8Array {
    return packPage(this.#lane.read({ bit, after, until: Number.MAX_SAFE_INTEGER, limit, now_run_ms, of }));
  }

  /** They are of another class by the rules of today. */
  reclassify(of: MessageClass, sequences: readonly number[]): void {
    const found = this.#db.prepare<[number], Part>('SELECT class, wanted_by FROM outbox WHERE sequence = ?');
    const update = this.#db.prepare('UPDATE outbox SET class = ? WHERE sequence = ?');
    const column = toColumn(of);
    for (const sequence of sequences) {
      const part = found.get(sequence);
      if (part === undefined || part.class === column) continue;
      update.run(column, sequence);
      this.#blocks.change(sequence, part, { ...part, class: column });
    }
    this.#shares = undefined;
  }

  divide(bit: number, until: number): void {
    this.#history.divide(bit, until);
  }

  peekStates(bit: number, after: number, limit: number, now_run_ms: number): Uint8Array {
    return packPage(this.#history.states(bit, after, limit, now_run_ms));
  }

  peekHistory(bit: number, after: number, limit: number, now_run_ms: number, of: MessageClass | null): Uint8Array {
    return packPage(this.#history.rest({ bit, after, limit, now_run_ms, of }));
  }

  confirm(bit: number, sequences: readonly number[]): Settled {
    const mask = 2 ** bit;
    const gone: Gone[] = [];
    let settled = 0;
    for (const [first, last] of runsOf(sequences)) {
      const taken = this.#take.all(first, last, mask);
      const shared = taken.length > last - first ? [] : this.#share.all(mask, first, last, mask);
      for (const row of taken) gone.push(row);
      for (const row of shared) {
        this.#blocks.change(row.sequence, { ...row, wanted_by: row.wanted_by + mask }, row);
      }
      settled += taken.length + shared.length;
      for (const row of [...taken, ...shared]) if (row.retain === 1) this.#history.passed(bit, row.topic, row.sequence);
    }
    return { ...this.#removals.of(gone), settled };
  }

  /** As `confirm` of that one, which becomes a dead letter. */
  refuse(bit: number, sequence: number, reason: string, now: number): Settled & { readonly forgotten: Forgotten[] } {
    const forgotten = this.#dead.add(bit, sequence, reason, now);
    return { ...this.confirm(bit, [sequence]), forgotten };
  }

  #scan(): Share[] {
    const rows = this.#db
      .prepare<[], PartRow & { block: number }>(
        `SELECT ${BLOCK_OF} AS block, wanted_by, class, count(*) AS rows, sum(bytes) AS bytes FROM outbox
          GROUP BY block, wanted_by, class ORDER BY block`,
      )
      .all();
    for (const row of rows) this.#blocks.load(firstOf(row.block), row, row.rows);
    return toShares(rows);
  }

  #sum(): Share[] {
    return toShares(
      this.#db
        .prepare<[], PartRow>(
          'SELECT wanted_by, class, count(*) AS rows, sum(bytes) AS bytes FROM outbox GROUP BY wanted_by, class',
        )
        .all(),
    );
  }
}

interface PartRow extends Part {
  readonly rows: number;
  readonly bytes: number;
}

const toShares = (rows: readonly PartRow[]): Share[] =>
  rows.map(({ wanted_by, class: column, rows: count, bytes }) => ({
    wanted_by,
    class: fromColumn(column),
    rows: count,
    bytes,
  }));

/** First and last of numbers that follow one another: one statement takes them all. */
function runsOf(sequences: readonly number[]): [first: number, last: number][] {
  const runs: [number, number][] = [];
  for (const sequence of sequences.toSorted((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run !== undefined && sequence === run[1] + 1) run[1] = sequence;
    else if (run === undefined || sequence !== run[1]) runs.push([sequence, sequence]);
  }
  return runs;
}
