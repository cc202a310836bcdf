import type { ClientPresence } from '#topics';
import type { ExpectedClient } from '../options.ts';
import type { Connection } from '../wire/connection.ts';
import { describe, describeConnection, forgetAfter_ms, isHealthy, newEntry, type PresenceEntry } from './entry.ts';

/** Clients told of at once: as many as may be connected. */
const MOST = 4_096;
/** A coming or going is told once it lasted this long, so that what comes and leaves at once is not worth a message. */
const SETTLED_MS = 1_000;
/** How often what a client sends makes its topic new: seldom, for a bridge may keep each on disk for its upstream. */
const REFRESH_MS = 300_000;

/** One topic's news; undefined takes it off the bus. */
export interface PresenceNews {
  readonly client: string;
  readonly presence: ClientPresence | undefined;
}

interface WaitingSession {
  readonly clientId: string;
  readonly user: string | undefined;
  readonly state: { readonly expiry_s: number };
}

/** Both clocks at one moment. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly wall: number;
  /** Monotonic milliseconds. */
  readonly now_ms: number;
}

/** Who is there and who was, and what of it is to be told when. Nothing but decisions: it has no timer and publishes nothing. */
export class Roll {
  readonly #entries = new Map<string, PresenceEntry>();
  readonly #withdrawn: string[] = [];
  #expected: ReadonlyMap<string, ExpectedClient> = new Map();

  get size(): number {
    return this.#entries.size;
  }

  /** Those who are told of even before they come, and are never forgotten. */
  expect(clients: readonly ExpectedClient[], { now_ms }: Moment): void {
    this.#expected = new Map(clients.map((client) => [client.id, client]));
    for (const { id } of clients) this.#entryOf(id, now_ms);
  }

  /** Somebody of before the start, whose session waits: when it left is not known any more. */
  waits({ clientId, user, state }: WaitingSession, { now_ms }: Moment): void {
    const entry = this.#entryOf(clientId, now_ms);
    if (entry === undefined || entry.connection !== undefined) return;
    entry.last = { connected: false, healthy: false, ...(user !== undefined && { user }) };
    entry.forget_ms = now_ms + forgetAfter_ms(state.expiry_s);
  }

  came(connection: Connection, { wall, now_ms }: Moment): void {
    const entry = this.#entryOf(connection.id, now_ms);
    if (entry === undefined) return;
    entry.connection = connection;
    entry.since = wall;
    entry.changed_ms = now_ms;
    entry.forget_ms = Number.POSITIVE_INFINITY;
  }

  /** Nothing, when the client id has another connection already. */
  left(connection: Connection, { wall, now_ms }: Moment): void {
    const entry = this.#entries.get(connection.id);
    if (entry?.connection !== connection) return;
    const expiry_s = connection.admission?.session.state.expiry_s ?? 0;
    entry.last = { connected: false, healthy: false, ...describeConnection(connection, wall, now_ms) };
    entry.connection = undefined;
    entry.since = wall;
    entry.changed_ms = now_ms;
    entry.forget_ms = now_ms + forgetAfter_ms(expiry_s);
    if (expiry_s === 0 && entry.told_ms === undefined && !this.#expected.has(entry.client))
      this.#entries.delete(entry.client);
  }

  /** What is due, at most `most` of it; asking again goes on with the rest. */
  news(most: number, moment: Moment): PresenceNews[] {
    const news: PresenceNews[] = [];
    for (const client of this.#withdrawn.splice(0, most)) news.push({ client, presence: undefined });
    for (const entry of this.#entries.values()) {
      if (news.length >= most) break;
      const { client } = entry;
      if (entry.forget_ms <= moment.now_ms && !this.#expected.has(client)) {
        this.#entries.delete(client);
        if (entry.told_ms !== undefined) news.push({ client, presence: undefined });
      } else {
        const presence = this.#due(entry, moment);
        if (presence !== undefined) news.push({ client, presence });
      }
    }
    return news;
  }

  #due(entry: PresenceEntry, { wall, now_ms }: Moment): ClientPresence | undefined {
    const healthy = isHealthy(entry, this.#expected.get(entry.client)?.heartbeat, now_ms);
    const heard_ms = entry.connection?.traffic.heard_ms ?? 0;
    const { told_ms, changed_ms } = entry;
    const stale =
      told_ms === undefined || told_ms < changed_ms + SETTLED_MS
        ? now_ms >= changed_ms + SETTLED_MS
        : healthy !== entry.told_healthy || (heard_ms > entry.told_heard_ms && now_ms >= told_ms + REFRESH_MS);
    if (!stale) return undefined;
    entry.told_ms = now_ms;
    entry.told_heard_ms = heard_ms;
    entry.told_healthy = healthy;
    return describe(entry, healthy, wall, now_ms);
  }

  /** Undefined: there is no room, for all that there are are connected. */
  #entryOf(client: string, now_ms: number): PresenceEntry | undefined {
    const known = this.#entries.get(client);
    if (known !== undefined) return known;
    if (this.#entries.size >= MOST && !this.#makeRoom()) return undefined;
    const entry = newEntry(client, now_ms);
    this.#entries.set(client, entry);
    return entry;
  }

  /** Who left first goes first. */
  #makeRoom(): boolean {
    let first: PresenceEntry | undefined;
    for (const entry of this.#entries.values()) {
      if (entry.connection !== undefined || this.#expected.has(entry.client)) continue;
      if (first === undefined || entry.changed_ms < first.changed_ms) first = entry;
    }
    if (first === undefined) return false;
    this.#entries.delete(first.client);
    if (first.told_ms !== undefined) this.#withdrawn.push(first.client);
    return true;
  }
}
