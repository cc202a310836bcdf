import type { Connection } from '../store/connection.ts';
import { DAMAGED } from './checksum.ts';

/** A dead letter without its payload. */
export interface DeadLetterRow {
  readonly id: number;
  /** The number that it had in the outbox. */
  readonly sequence: number;
  /** The bridge's name. */
  readonly lane: string;
  readonly reason: string;
  /** Wall clock, milliseconds since 1970, as `written_at`. */
  readonly refused_at: number;
  readonly written_at: number;
  readonly topic: string;
  readonly qos: number;
  readonly retain: number;
  /** Of the payload. */
  readonly bytes: number;
}

export interface WholeDeadLetterRow extends DeadLetterRow {
  readonly payload: Uint8Array;
  readonly properties: string | null;
}

/** A dead letter that had to go for newer ones. */
export interface Forgotten {
  readonly topic: string;
  readonly written_at: number;
}

/** What is kept, at most; the oldest go first. */
const MAX_LETTERS = 10_000;
const MAX_BYTES = 16 * 1024 * 1024;
const COLUMNS = 'id, sequence, lane, reason, refused_at, written_at, topic, qos, retain, length(payload) AS bytes';

/** The table `dead_letter`: what an upstream refused for good. */
export class DeadLetterTable {
  readonly #db: Connection;
  readonly #oldest;
  #letters: number;
  #bytes: number;

  constructor(db: Connection) {
    this.#db = db;
    this.#oldest = db.prepare<[], Forgotten & { readonly id: number }>(
      'SELECT id, topic, written_at FROM dead_letter ORDER BY id LIMIT 1',
    );
    this.#letters = 0;
    this.#bytes = 0;
    this.#count();
  }

  /** Takes a message from the outbox, that stays there. */
  add(bit: number, sequence: number, reason: string, now: number): Forgotten[] {
    this.#db
      .prepare(
        `INSERT INTO dead_letter (sequence, lane, reason, refused_at, topic, payload, properties, qos, retain, written_at)
          SELECT sequence, (SELECT name FROM lane WHERE bit = ?), ?, ?, topic, payload, properties, qos, retain, written_at
          FROM outbox WHERE sequence = ?`,
      )
      .run(bit, reason, now, sequence);
    return this.#forget();
  }

  /** As `add`, of what is left of a message. */
  addDamaged(bit: number, sequence: number, now: number): Forgotten[] {
    this.#db
      .prepare(
        `INSERT INTO dead_letter (sequence, lane, reason, refused_at, topic, payload, properties, qos, retain, written_at)
          SELECT sequence, (SELECT name FROM lane WHERE bit = ?), ?, ?, CAST(coalesce(topic, '') AS TEXT),
            CAST(coalesce(payload, '') AS BLOB), NULL, CAST(coalesce(qos, 0) AS INTEGER), CAST(coalesce(retain, 0) AS INTEGER),
            CAST(coalesce(written_at, 0) AS INTEGER)
          FROM outbox WHERE sequence = ?`,
      )
      .run(bit, DAMAGED, now, sequence);
    return this.#forget();
  }

  /** What is too much. */
  #forget(): Forgotten[] {
    this.#count();
    const forgotten: Forgotten[] = [];
    while (this.#letters > MAX_LETTERS || (this.#bytes > MAX_BYTES && this.#letters > 1)) {
      const oldest = this.#oldest.get();
      if (oldest === undefined) break;
      this.remove([oldest.id]);
      forgotten.push(oldest);
    }
    return forgotten;
  }

  /** The oldest after that id. `lane` null: of all. */
  list(lane: string | null, after: number, limit: number): DeadLetterRow[] {
    return this.#db
      .prepare<unknown[], DeadLetterRow>(
        `SELECT ${COLUMNS} FROM dead_letter WHERE id > ? AND lane = coalesce(?, lane) ORDER BY id LIMIT ?`,
      )
      .all(after, lane, limit);
  }

  get(id: number): WholeDeadLetterRow | undefined {
    return this.#db
      .prepare<unknown[], WholeDeadLetterRow>(`SELECT ${COLUMNS}, payload, properties FROM dead_letter WHERE id = ?`)
      .get(id);
  }

  count(): number {
    this.#count();
    return this.#letters;
  }

  remove(ids: readonly number[]): void {
    for (const id of ids) this.#db.prepare('DELETE FROM dead_letter WHERE id = ?').run(id);
    this.#count();
  }

  /** Counted again each time: a commit that failed is not known here. There are few, and their payloads are not read. */
  #count(): void {
    const sums = this.#db
      .prepare<[], { letters: number; bytes: number }>(
        'SELECT count(*) AS letters, coalesce(sum(length(payload)), 0) AS bytes FROM dead_letter',
      )
      .get();
    this.#letters = sums?.letters ?? 0;
    this.#bytes = sums?.bytes ?? 0;
  }
}
