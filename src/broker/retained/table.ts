import type { Connection } from '../store/connection.ts';

/** Rows by column: what is many small things for a thread is one large one on its way to another. */
export interface RetainedPage {
  readonly topics: readonly string[];
  readonly properties: readonly (string | null)[];
  readonly qos: readonly number[];
  /** Wall clock, milliseconds since 1970; null: never. */
  readonly expires_at: readonly (number | null)[];
  /** Of the payloads, in bytes. */
  readonly sizes: readonly number[];
  /** One after the other. */
  readonly payloads: Uint8Array;
}

interface RetainedRow {
  readonly topic: string;
  readonly payload: Buffer;
  readonly properties: string | null;
  readonly qos: number;
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
  page(after: string, limit: number): RetainedPage {
    const rows = this.#page.all(after, limit);
    return {
      topics: rows.map(({ topic }) => topic),
      properties: rows.map(({ properties }) => properties),
      qos: rows.map(({ qos }) => qos),
      expires_at: rows.map(({ expires_at }) => expires_at),
      sizes: rows.map(({ payload }) => payload.length),
      // With memory of its own, for all of what a buffer is part of would travel.
      payloads: Uint8Array.from(Buffer.concat(rows.map(({ payload }) => payload))),
    };
  }
}
