import type { MessageClass } from '#topics';
import type { Connection } from '../store/connection.ts';
import { checksumOf } from './checksum.ts';
import { BLOCK_OF, type Blocks, firstOf, SUM, type Sum } from './blocks.ts';
import { Confirmation, type Settled } from './confirmation.ts';
import type { DeadLetterTable, Forgotten } from './dead-letter-table.ts';
import { HistoryTable } from './history-table.ts';
import { LaneReader } from './lane-reader.ts';
import { packPage } from './page.ts';
import { fromColumn, type OldestOfClasses, Removals, type Share, toColumn } from './removal.ts';

export interface Loaded {
  /** The newest number ever given out. */
  readonly sequence: number;
  readonly shares: readonly Share[];
  readonly oldest: OldestOfClasses;
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
  readonly #confirmation: Confirmation;
  readonly #newest;
  #shares: readonly Share[] | undefined;
  #reserved = 0;

  constructor(db: Connection, blocks: Blocks, dead: DeadLetterTable) {
    this.#db = db;
    this.#blocks = blocks;
    this.#dead = dead;
    this.#history = new HistoryTable(db, blocks);
    this.#removals = new Removals(db, blocks);
    this.#confirmation = new Confirmation(db, blocks, this.#history);
    this.#lane = new LaneReader(db, blocks);
    this.#insert = db.prepare(
      `INSERT INTO outbox (sequence, class, wanted_by, bytes, qos, retain, written_at, run_ms, expires_run_ms, topic,
        properties, payload, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
      checksumOf(sequence, topic, payload, properties, qos, retain),
    );
    this.#blocks.add(sequence, { class: column, wanted_by, rows: 1, bytes });
  }

  /** `of` null: of every class. */
  peek(bit: number, after: number, limit: number, now_run_ms: number, of: MessageClass | null): Uint8Array {
    return packPage(this.#lane.read({ bit, after, until: Number.MAX_SAFE_INTEGER, limit, now_run_ms, of }));
  }

  /** They are of another class by the rules of today. */
  reclassify(of: MessageClass, sequences: readonly number[]): void {
    const found = this.#db.prepare<[number], Sum>(`SELECT ${SUM} FROM outbox WHERE sequence = ?`);
    const update = this.#db.prepare('UPDATE outbox SET class = ? WHERE sequence = ?');
    const column = toColumn(of);
    for (const sequence of sequences) {
      const row = found.get(sequence);
      if (row === undefined || row.class === column) continue;
      update.run(column, sequence);
      this.#blocks.change(sequence, row, { ...row, class: column });
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
    return this.#confirmation.of(bit, sequences);
  }

  /** As `confirm` of that one, which becomes a dead letter. */
  refuse(bit: number, sequence: number, reason: string, now: number): Settled & { readonly forgotten: Forgotten[] } {
    const forgotten = this.#dead.add(bit, sequence, reason, now);
    return { ...this.confirm(bit, [sequence]), forgotten };
  }

  /** As `refuse` of one that is not what was kept: what is left of it becomes a dead letter. */
  giveUpDamaged(bit: number, sequence: number, now: number): Settled & { readonly forgotten: Forgotten[] } {
    const forgotten = this.#dead.addDamaged(bit, sequence, now);
    return { ...this.confirm(bit, [sequence]), forgotten };
  }

  #scan(): Share[] {
    const rows = this.#db
      .prepare<[], Sum & { block: number }>(
        `SELECT ${BLOCK_OF} AS block, wanted_by, class, count(*) AS rows, sum(bytes) AS bytes FROM outbox
          GROUP BY block, wanted_by, class ORDER BY block`,
      )
      .all();
    for (const row of rows) this.#blocks.load(firstOf(row.block), row);
    return toShares(rows);
  }

  #sum(): Share[] {
    return toShares(
      this.#db
        .prepare<[], Sum>(
          'SELECT wanted_by, class, count(*) AS rows, sum(bytes) AS bytes FROM outbox GROUP BY wanted_by, class',
        )
        .all(),
    );
  }
}

const toShares = (rows: readonly Sum[]): Share[] =>
  rows.map(({ wanted_by, class: column, rows: count, bytes }) => ({
    wanted_by,
    class: fromColumn(column),
    rows: count,
    bytes,
  }));
