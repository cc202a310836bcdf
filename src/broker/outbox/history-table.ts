import type { MessageClass } from '#topics';
import type { Connection } from '../store/connection.ts';
import { toColumn } from './removal.ts';
import { COLUMNS, type OutboxRow, page } from './row.ts';

const IN_HISTORY = `sequence > ? AND sequence <= (SELECT history FROM lane WHERE bit = ?) AND wanted_by & ?
  AND (expires_run_ms IS NULL OR expires_run_ms > ?)
  AND NOT EXISTS (SELECT 1 FROM newest_state WHERE bit = ? AND newest_state.sequence = outbox.sequence)
  ORDER BY sequence LIMIT 1`;

/**
 * What of a lane is history, in `lane.history` and the table `newest_state`. A retained message that was once passed by a
 * newer one of its topic is never taken for the present value again, over lost links and restarts: which one is the newest is
 * written down before the first of them is sent.
 */
export class HistoryTable {
  readonly #topic;
  readonly #newest;
  readonly #note;
  readonly #older;
  readonly #states;
  readonly #rest;
  readonly #restClass;
  readonly #db: Connection;

  constructor(db: Connection) {
    this.#db = db;
    this.#topic = db
      .prepare<[string], string>('SELECT topic FROM outbox WHERE retain = 1 AND topic > ? ORDER BY topic LIMIT 1')
      .pluck();
    this.#newest = db
      .prepare<[string, number, number, number], number>(
        `SELECT sequence FROM outbox WHERE retain = 1 AND topic = ? AND sequence <= ? AND wanted_by & ?
          AND sequence > (SELECT history FROM lane WHERE bit = ?) ORDER BY sequence DESC LIMIT 1`,
      )
      .pluck();
    this.#note = db.prepare<[number, string, number]>(
      `INSERT INTO newest_state (bit, topic, sequence) VALUES (?, ?, ?)
        ON CONFLICT (bit, topic) DO UPDATE SET sequence = excluded.sequence WHERE excluded.sequence > sequence`,
    );
    this.#older = db
      .prepare<[string, number, number], number>(
        'SELECT 1 FROM outbox WHERE retain = 1 AND topic = ? AND sequence < ? AND wanted_by & ? LIMIT 1',
      )
      .pluck();
    this.#states = db.prepare<[number, number, number, number], OutboxRow>(
      `SELECT ${COLUMNS} FROM newest_state JOIN outbox USING (sequence)
        WHERE bit = ? AND newest_state.sequence > ? AND wanted_by & ?
          AND (expires_run_ms IS NULL OR expires_run_ms > ?)
        ORDER BY newest_state.sequence LIMIT 1`,
    );
    this.#rest = db.prepare<unknown[], OutboxRow>(`SELECT ${COLUMNS} FROM outbox WHERE ${IN_HISTORY}`);
    this.#restClass = db.prepare<unknown[], OutboxRow>(
      `SELECT ${COLUMNS} FROM outbox INDEXED BY outbox_class WHERE class = ? AND ${IN_HISTORY}`,
    );
  }

  /** What the lane owes up to that number is history from now on. */
  divide(bit: number, until: number): void {
    for (let topic = this.#topic.get(''); topic !== undefined; topic = this.#topic.get(topic)) {
      const newest = this.#newest.get(topic, until, 2 ** bit, bit);
      if (newest !== undefined) this.#note.run(bit, topic, newest);
    }
    this.#db.prepare('UPDATE lane SET history = ? WHERE bit = ?').run(until, bit);
    // What is gone has no older ones left that could be taken for the newest: they are below `lane.history`.
    this.#db
      .prepare(
        `DELETE FROM newest_state WHERE bit = ?
          AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.sequence = newest_state.sequence)`,
      )
      .run(bit);
  }

  /** The newest retained message of each topic. */
  states(bit: number, after: number, limit: number, now_run_ms: number): OutboxRow[] {
    return page((sequence) => this.#states.get(bit, sequence, 2 ** bit, now_run_ms), after, limit);
  }

  /** All the rest of the history; `of` null: of every class. */
  rest(bit: number, after: number, limit: number, now_run_ms: number, of: MessageClass | null): OutboxRow[] {
    const next =
      of === null
        ? (sequence: number) => this.#rest.get(sequence, bit, 2 ** bit, now_run_ms, bit)
        : (sequence: number) => this.#restClass.get(toColumn(of), sequence, bit, 2 ** bit, now_run_ms, bit);
    return page(next, after, limit);
  }

  /** The upstream has this retained message. What is owed of its topic from before is no present value any more. */
  passed(bit: number, topic: string, sequence: number): void {
    if (this.#older.get(topic, sequence, 2 ** bit) !== undefined) this.#note.run(bit, topic, sequence);
  }
}
