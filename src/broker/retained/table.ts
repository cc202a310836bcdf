import type { Connection } from '../store/connection.ts';

/** Topics without their messages, by column: what is many small things for a thread is one large one on its way to another. */
export interface RetainedTopics {
  readonly topics: readonly string[];
  /** Of payload and properties. */
  readonly bytes: readonly number[];
  readonly qos: readonly number[];
  /** Run clock, milliseconds; null: never. */
  readonly expires_run_ms: readonly (number | null)[];
}

export interface RetainedContents {
  /** Of the payloads, in bytes; undefined: there is no such topic. */
  readonly sizes: readonly (number | undefined)[];
  /** One after the other. */
  readonly payloads: Uint8Array;
  readonly properties: readonly (string | null)[];
}

type TopicRow = readonly [topic: string, bytes: number, qos: number, expires_run_ms: number | null];

interface ContentRow {
  readonly payload: Buffer;
  readonly properties: string | null;
}

/** The table `retained`. */
export class RetainedTable {
  readonly #put;
  readonly #delete;
  readonly #topics;
  readonly #content;

  constructor(db: Connection) {
    this.#put = db.prepare(
      'INSERT OR REPLACE INTO retained (topic, payload, properties, qos, expires_run_ms) VALUES (?, ?, ?, ?, ?)',
    );
    this.#delete = db.prepare('DELETE FROM retained WHERE topic = ?');
    this.#topics = db
      .prepare<[string, number], TopicRow>(
        `SELECT topic, length(payload) + coalesce(length(properties), 0), qos, expires_run_ms FROM retained
          WHERE topic > ? ORDER BY topic LIMIT ?`,
      )
      .raw();
    this.#content = db.prepare<[string], ContentRow>('SELECT payload, properties FROM retained WHERE topic = ?');
  }

  put(topic: string, payload: Uint8Array, properties: string | null, qos: number, expires_run_ms: number | null): void {
    this.#put.run(topic, payload, properties, qos, expires_run_ms);
  }

  delete(topic: string): void {
    this.#delete.run(topic);
  }

  /** The next topics after that one. */
  topics(after: string, limit: number): RetainedTopics {
    const rows = this.#topics.all(after, limit);
    return {
      topics: rows.map(([topic]) => topic),
      bytes: rows.map(([, bytes]) => bytes),
      qos: rows.map(([, , qos]) => qos),
      expires_run_ms: rows.map(([, , , expires_run_ms]) => expires_run_ms),
    };
  }

  /** What some topics hold, in the order asked for. */
  contents(topics: readonly string[]): RetainedContents {
    const rows = topics.map((topic) => this.#content.get(topic));
    return {
      sizes: rows.map((row) => row?.payload.length),
      // With memory of its own, for all of what a buffer is part of would travel.
      payloads: Uint8Array.from(Buffer.concat(rows.flatMap((row) => row?.payload ?? []))),
      properties: rows.map((row) => row?.properties ?? null),
    };
  }
}
