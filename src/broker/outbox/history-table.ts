import type { Connection } from '../store/connection.ts';
import type { Blocks } from './blocks.ts';
import { type Choice, LaneReader } from './lane-reader.ts';
import { ANY, COLUMNS, lastOfPage, type OutboxRow, PAGE_BYTES, SIZES, type SizeRow } from './row.ts';

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
  readonly #stateSizes;
  readonly #states;
  readonly #history;
  readonly #rest: LaneReader;
  readonly #db: Connection;

  constructor(db: Connection, blocks: Blocks) {
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
    const states = `FROM newest_state JOIN outbox USING (sequence)
      WHERE bit = ? AND newest_state.sequence > ? AND newest_state.sequence <= ? AND wanted_by & ?
        AND (expires_run_ms IS NULL OR expires_run_ms > ?)
      ORDER BY newest_state.sequence LIMIT ${ANY}`;
    this.#stateSizes = db.prepare<number[], SizeRow>(`SELECT ${SIZES} ${states}`);
    this.#states = db.prepare<number[], OutboxRow>(`SELECT ${COLUMNS} ${states}`).raw();
    this.#history = db.prepare<[number], number>('SELECT history FROM lane WHERE bit = ?').pluck();
    this.#rest = new LaneReader(
      db,
      blocks,
      'AND NOT EXISTS (SELECT 1 FROM newest_state WHERE bit = ? AND newest_state.sequence = outbox.sequence)',
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
    const read = <Row>(statement: { all(...of: number[]): Row[] }, until: number): Row[] =>
      statement.all(bit, after, until, 2 ** bit, now_run_ms, limit);
    const last = lastOfPage(read(this.#stateSizes, Number.MAX_SAFE_INTEGER), PAGE_BYTES);
    return last === undefined ? [] : read(this.#states, last.sequence);
  }

  /** All the rest of the history. */
  rest(choice: Omit<Choice, 'until'>): OutboxRow[] {
    return this.#rest.read({ ...choice, until: this.#history.get(choice.bit) ?? 0 }, choice.bit);
  }

  /** The upstream has this retained message. What is owed of its topic from before is no present value any more. */
  passed(bit: number, topic: string, sequence: number): void {
    if (this.#older.get(topic, sequence, 2 ** bit) !== undefined) this.#note.run(bit, topic, sequence);
  }
}
