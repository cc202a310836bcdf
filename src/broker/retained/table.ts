import type { Connection } from '../store/connection.ts';

export interface RetainedRow {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly properties: string | null;
  readonly qos: number;
  /** Wall clock, milliseconds since 1970; null: never. */
  readonly expires_at: number | null;
}

/** The table `retained`. */
export class RetainedTable {
  readonly #put;
  readonly #delete;
  readonly #page;

  constructor(db: Connection) {
    this.#put = db.prepare(
      'INSERT OR REPLACE INTO retained (topic, payload, properties, qos, expires_at) VALUES (?, ?, ?, ?, ?)',
    );
    this.#delete = db.prepare('DELETE FROM retained WHERE topic = ?');
    this.#page = db.prepare<unknown[], RetainedRow>(
      'SELECT topic, payload, properties, qos, expires_at FROM retained WHERE topic > ? ORDER BY topic LIMIT ?',
    );
    // Reads every row once, so that damage is found while the file can still be set aside.
    db.prepare('SELECT sum(length(payload)) FROM retained').get();
  }

  put(topic: string, payload: Uint8Array, properties: string | null, qos: number, expires_at: number | null): void {
    this.#put.run(topic, payload, properties, qos, expires_at);
  }

  delete(topic: string): void {
    this.#delete.run(topic);
  }

  /** The next rows by topic. */
  page(after: string, limit: number): RetainedRow[] {
    return this.#page.all(after, limit);
  }
}
