import type { Connection } from '../store/connection.ts';
import type { LoadedSessions, QueuedRow, StoredBacklog, Trimmed } from './stored.ts';

/** The tables `session`, `will`, `subscription`, `queued` and `incoming`. `id` is a session's everywhere. */
export class SessionTable {
  readonly #db: Connection;
  readonly #enqueue;
  readonly #next;
  readonly #done;
  readonly #release;
  readonly #receive;
  readonly #free;

  constructor(db: Connection) {
    this.#db = db;
    this.#enqueue = db.prepare(
      `INSERT INTO queued (sequence, session, packet_id, released, topic, payload, properties, published_qos, qos, retain,
        identifiers, share, expires_run_ms, bytes) VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#next = db.prepare<unknown[], QueuedRow>(
      'SELECT * FROM queued WHERE session = ? AND sequence > ? ORDER BY sequence LIMIT 1',
    );
    this.#done = db.prepare('DELETE FROM queued WHERE sequence = ?');
    this.#release = db.prepare('UPDATE queued SET released = 1 WHERE sequence = ?');
    this.#receive = db.prepare('INSERT OR IGNORE INTO incoming (session, packet_id) VALUES (?, ?)');
    this.#free = db.prepare('DELETE FROM incoming WHERE session = ? AND packet_id = ?');
  }

  /** `in_flight` is how many messages a session may have unacknowledged. */
  load(in_flight: number): LoadedSessions {
    const all = <Row>(sql: string) => this.#db.prepare<unknown[], Row>(sql).all();
    const oldest = this.#db.prepare<[number, number], { sequence: number; packet_id: number }>(
      'SELECT sequence, packet_id FROM queued WHERE session = ? ORDER BY sequence LIMIT ?',
    );
    const newest = this.#db.prepare<[number], number>('SELECT packet_id FROM queued WHERE sequence = ?').pluck();
    const backlogs = all<StoredBacklog>(
      'SELECT session, count(*) AS rows, sum(bytes) AS bytes, max(sequence) AS newest FROM queued GROUP BY session',
    );
    return {
      sessions: all('SELECT id, client_id, user, expiry_s, lost_run_ms, sent FROM session'),
      subscriptions: all('SELECT * FROM subscription'),
      wills: all('SELECT * FROM will'),
      incoming: all('SELECT session, packet_id FROM incoming'),
      backlogs: backlogs.map((backlog) => ({
        ...backlog,
        oldest: oldest.all(backlog.session, in_flight),
        last_packet_id: newest.get(backlog.newest) ?? 0,
      })),
    };
  }

  /** A client came, or its session was settled anew. */
  open(id: number, client_id: string, user: string | null, expiry_s: number): void {
    // One whose end the disk did not take.
    const older = this.#db.prepare<[string, number], { id: number }>(
      'SELECT id FROM session WHERE client_id = ? AND id <> ?',
    );
    for (const session of older.all(client_id, id)) this.end(session.id);
    this.#db
      .prepare(
        `INSERT INTO session (id, client_id, user, expiry_s) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE
          SET user = excluded.user, expiry_s = excluded.expiry_s, lost_run_ms = NULL, sent = NULL`,
      )
      .run(id, client_id, user, expiry_s);
    this.#db.prepare('DELETE FROM will WHERE session = ?').run(id);
  }

  /** Its client went. */
  lost(id: number, expiry_s: number, lost_run_ms: number, sent: number): void {
    this.#db
      .prepare('UPDATE session SET expiry_s = ?, lost_run_ms = ?, sent = ? WHERE id = ?')
      .run(expiry_s, lost_run_ms, sent, id);
  }

  /** It ended, but others are to get what it shares with them: its client id is free (none has a NUL in it). */
  orphan(id: number): void {
    this.#db.prepare('UPDATE session SET client_id = char(0) || id, expiry_s = 0 WHERE id = ?').run(id);
    for (const sql of ['DELETE FROM will WHERE session = ?', 'DELETE FROM subscription WHERE session = ?']) {
      this.#db.prepare(sql).run(id);
    }
  }

  /** Nothing is left of it. */
  end(id: number): void {
    for (const sql of [
      'DELETE FROM session WHERE id = ?',
      'DELETE FROM will WHERE session = ?',
      'DELETE FROM subscription WHERE session = ?',
      'DELETE FROM queued WHERE session = ?',
      'DELETE FROM incoming WHERE session = ?',
    ]) {
      this.#db.prepare(sql).run(id);
    }
  }

  putWill(
    id: number,
    topic: string,
    payload: Uint8Array,
    properties: string | null,
    expiry_s: number | null,
    qos: number,
    retain: number,
    delay_s: number,
  ): void {
    this.#db
      .prepare(
        `INSERT OR REPLACE INTO will (session, topic, payload, properties, expiry_s, qos, retain, delay_s)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(id, topic, payload, properties, expiry_s, qos, retain, delay_s);
  }

  deleteWill(id: number): void {
    this.#db.prepare('DELETE FROM will WHERE session = ?').run(id);
  }

  subscribe(
    id: number,
    filter: string,
    qos: number,
    no_local: number,
    retain_as_published: number,
    identifier: number | null,
  ): void {
    this.#db
      .prepare(
        `INSERT OR REPLACE INTO subscription (session, filter, qos, no_local, retain_as_published, identifier)
          VALUES (?, ?, ?, ?, ?, ?)`,
      )
      .run(id, filter, qos, no_local, retain_as_published, identifier);
  }

  unsubscribe(id: number, filter: string): void {
    this.#db.prepare('DELETE FROM subscription WHERE session = ? AND filter = ?').run(id, filter);
  }

  unsubscribeAll(id: number): void {
    this.#db.prepare('DELETE FROM subscription WHERE session = ?').run(id);
  }

  enqueue(
    sequence: number,
    id: number,
    packet_id: number,
    topic: string,
    payload: Uint8Array,
    properties: string | null,
    published_qos: number,
    qos: number,
    retain: number,
    identifiers: string | null,
    share: string | null,
    expires_run_ms: number | null,
    bytes: number,
  ): void {
    this.#enqueue.run(
      sequence,
      id,
      packet_id,
      topic,
      payload,
      properties,
      published_qos,
      qos,
      retain,
      identifiers,
      share,
      expires_run_ms,
      bytes,
    );
  }

  /** The next rows after that sequence, at most so many rows and, after the first, so many bytes. */
  page(id: number, after: number, rows: number, bytes: number): QueuedRow[] {
    const page: QueuedRow[] = [];
    let taken = 0;
    for (let row = this.#next.get(id, after); row !== undefined; row = this.#next.get(id, row.sequence)) {
      taken += row.bytes;
      if (page.length > 0 && taken > bytes) break;
      page.push(row);
      if (page.length === rows) break;
    }
    return page;
  }

  /** PUBREC came. */
  release(sequence: number): void {
    this.#release.run(sequence);
  }

  /** The client has it, or it is dropped. */
  done(sequence: number): void {
    this.#done.run(sequence);
  }

  /** Drops the oldest after that sequence until so many rows and bytes are gone. */
  trim(id: number, after: number, rows: number, bytes: number): Trimmed {
    let gone = 0;
    let freed = 0;
    for (let row = this.#next.get(id, after); row !== undefined; row = this.#next.get(id, row.sequence)) {
      if (gone >= rows && freed >= bytes) break;
      if (row.released === 1) continue;
      this.#done.run(row.sequence);
      gone += 1;
      freed += row.bytes;
    }
    return { rows: gone, bytes: freed };
  }

  /** What another member of a shared subscription may get: not what was begun at QoS 2 [MQTT-4.8.2-5]. */
  shared(id: number, after: number, sent: number, limit: number): QueuedRow[] {
    return this.#db
      .prepare<unknown[], QueuedRow>(
        `SELECT * FROM queued WHERE session = ? AND sequence > ? AND share IS NOT NULL AND (qos = 1 OR sequence > ?)
          ORDER BY sequence LIMIT ?`,
      )
      .all(id, after, sent, limit);
  }

  /** A QoS 2 message of the client was taken. */
  receive(id: number, packet_id: number): void {
    this.#receive.run(id, packet_id);
  }

  /** Its client released it. */
  free(id: number, packet_id: number): void {
    this.#free.run(id, packet_id);
  }
}
