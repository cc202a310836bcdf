import type { Connection } from '../store/connection.ts';
import type { DeadLetterTable, Forgotten } from './dead-letter-table.ts';
import { HistoryTable } from './history-table.ts';
import { COLUMNS, type OutboxRow, page } from './row.ts';

export type { OutboxRow } from './row.ts';

/** The clocks of the oldest row. */
export interface Oldest {
  readonly written_at: number;
  readonly run_ms: number;
}

/** Rows of one set of lanes. */
export interface Share {
  readonly wanted_by: number;
  readonly rows: number;
  readonly bytes: number;
}

/** What left the outbox. */
export interface Removal {
  readonly shares: readonly Share[];
  /** Wall clock of the first and the last that went. */
  readonly first_at: number;
  readonly last_at: number;
  readonly oldest: Oldest | undefined;
}

export interface Loaded {
  /** The newest number ever given out. */
  readonly sequence: number;
  readonly run_ms: number;
  readonly lanes: readonly { readonly bit: number; readonly name: string; readonly history: number }[];
  readonly shares: readonly Share[];
  readonly oldest: Oldest | undefined;
}

interface Gone {
  readonly wanted_by: number;
  readonly bytes: number;
  readonly written_at: number;
  readonly topic: string;
  readonly retain: number;
}

/** What #removal looks at. */
const GONE = 'wanted_by, bytes, written_at, topic, retain';

/** The tables `outbox` and `lane`. `bit` is a lane's place, `wanted_by` a sum of 2**bit. */
export class OutboxTable {
  readonly #db: Connection;
  readonly #history: HistoryTable;
  readonly #dead: DeadLetterTable;
  readonly #insert;
  readonly #peek;
  readonly #take;
  readonly #share;
  readonly #oldest;
  readonly #front;
  readonly #remove;

  constructor(db: Connection, dead: DeadLetterTable) {
    this.#db = db;
    this.#dead = dead;
    this.#history = new HistoryTable(db);
    this.#insert = db.prepare(
      `INSERT INTO outbox (sequence, wanted_by, topic, payload, properties, qos, retain, written_at, run_ms,
        expires_run_ms, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#peek = db.prepare<unknown[], OutboxRow>(
      `SELECT ${COLUMNS} FROM outbox
        WHERE sequence > ? AND wanted_by & ? AND (expires_run_ms IS NULL OR expires_run_ms > ?)
        ORDER BY sequence LIMIT 1`,
    );
    this.#take = db.prepare<unknown[], Gone>(
      `DELETE FROM outbox WHERE sequence = ? AND wanted_by = ? RETURNING ${GONE}`,
    );
    this.#share = db.prepare<unknown[], { topic: string; retain: number }>(
      `UPDATE outbox SET wanted_by = wanted_by & ~CAST(? AS INTEGER) WHERE sequence = ? AND wanted_by & ?
        RETURNING topic, retain`,
    );
    this.#oldest = db.prepare<unknown[], Oldest>('SELECT written_at, run_ms FROM outbox ORDER BY sequence LIMIT 1');
    this.#front = db.prepare<unknown[], { sequence: number; bytes: number; run_ms: number }>(
      'SELECT sequence, bytes, run_ms FROM outbox ORDER BY sequence LIMIT 1000',
    );
    this.#remove = db.prepare<unknown[], Gone>(`DELETE FROM outbox WHERE sequence <= ? RETURNING ${GONE}`);
    // Reads every row once, so that damage is found while the file can still be set aside.
    this.load();
  }

  load(): Loaded {
    const one = <T>(sql: string) => this.#db.prepare<unknown[], T>(sql);
    return {
      sequence: one<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").get()?.seq ?? 0,
      run_ms: one<Oldest>('SELECT written_at, run_ms FROM outbox ORDER BY sequence DESC LIMIT 1').get()?.run_ms ?? 0,
      lanes: one<Loaded['lanes'][number]>('SELECT bit, name, history FROM lane').all(),
      shares: one<Share>(
        'SELECT wanted_by, count(*) AS rows, sum(bytes) AS bytes FROM outbox GROUP BY wanted_by',
      ).all(),
      oldest: this.#oldest.get(),
    };
  }

  /** The next number is above this one. */
  beginAt(sequence: number): void {
    this.#db.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', ?)").run(sequence);
  }

  openLane(bit: number, name: string): void {
    this.#db.prepare('INSERT INTO lane (bit, name) VALUES (?, ?)').run(bit, name);
  }

  closeLane(bit: number): Removal {
    const mask = 2 ** bit;
    this.#history.forget(bit);
    this.#db.prepare('DELETE FROM lane WHERE bit = ?').run(bit);
    const gone = this.#db
      .prepare<unknown[], Gone>(`DELETE FROM outbox WHERE wanted_by = ? RETURNING ${GONE}`)
      .all(mask);
    this.#db
      .prepare('UPDATE outbox SET wanted_by = wanted_by & ~CAST(? AS INTEGER) WHERE wanted_by & ?')
      .run(mask, mask);
    return this.#removal(gone);
  }

  append(
    sequence: number,
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
    this.#insert.run(
      sequence,
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

  peek(bit: number, after: number, limit: number, now_run_ms: number): OutboxRow[] {
    return page((sequence) => this.#peek.get(sequence, 2 ** bit, now_run_ms), after, limit);
  }

  divide(bit: number, until: number): void {
    this.#history.divide(bit, until);
  }

  peekStates(bit: number, after: number, limit: number, now_run_ms: number): OutboxRow[] {
    return this.#history.states(bit, after, limit, now_run_ms);
  }

  peekHistory(bit: number, after: number, limit: number, now_run_ms: number): OutboxRow[] {
    return this.#history.rest(bit, after, limit, now_run_ms);
  }

  /** `settled` counts the rows that the lane wanted until now. */
  confirm(bit: number, sequences: readonly number[]): Removal & { readonly settled: number } {
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
    return { ...this.#removal(gone), settled };
  }

  /** As `confirm` of that one, which becomes a dead letter. */
  refuse(
    bit: number,
    sequence: number,
    reason: string,
    now: number,
  ): Removal & { readonly settled: number; readonly forgotten: Forgotten } {
    const forgotten = this.#dead.add(bit, sequence, reason, now);
    return { ...this.confirm(bit, [sequence]), forgotten };
  }

  /** Drops from the oldest on until that many bytes are free, at most 1,000 rows at a time. */
  dropOldest(bytes: number): Removal {
    let last = 0;
    let freed = 0;
    for (const row of this.#front.all()) {
      if (freed >= bytes) break;
      freed += row.bytes;
      last = row.sequence;
    }
    return this.#removal(this.#remove.all(last));
  }

  /** Drops what was written before that reading of the run clock, at most 1,000 rows at a time. */
  dropOlder(run_ms: number): Removal {
    let last = 0;
    for (const row of this.#front.all()) {
      if (row.run_ms >= run_ms) break;
      last = row.sequence;
    }
    return this.#removal(this.#remove.all(last));
  }

  dropExpired(now_run_ms: number): Removal {
    return this.#removal(
      this.#db
        .prepare<unknown[], Gone>(`DELETE FROM outbox WHERE expires_run_ms <= ? RETURNING ${GONE}`)
        .all(now_run_ms),
    );
  }

  #removal(gone: readonly Gone[]): Removal {
    const shares = new Map<number, { wanted_by: number; rows: number; bytes: number }>();
    let first_at = Number.POSITIVE_INFINITY;
    let last_at = 0;
    for (const { wanted_by, bytes, written_at } of gone) {
      const share = shares.get(wanted_by) ?? { wanted_by, rows: 0, bytes: 0 };
      share.rows += 1;
      share.bytes += bytes;
      shares.set(wanted_by, share);
      first_at = Math.min(first_at, written_at);
      last_at = Math.max(last_at, written_at);
    }
    return { shares: [...shares.values()], first_at, last_at, oldest: this.#oldest.get() };
  }
}
