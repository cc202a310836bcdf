import type { ClientPresence } from '#topics';
import { NEVER_EXPIRES } from '../session/state.ts';
import type { Connection } from '../wire/connection.ts';

/** How long a client that left for good is still told of. */
const FORGET_MS = 600_000;

/** What became of one client id. Monotonic milliseconds, but for `since`. */
export interface PresenceEntry {
  readonly client: string;
  /** Undefined while it is gone. */
  connection: Connection | undefined;
  /** What its last connection was like; undefined before the first. */
  last: ClientPresence;
  /** When it came or left: wall clock, milliseconds since 1970. Undefined before its first time. */
  since: number | undefined;
  /** When it came or left. */
  changed_ms: number;
  /** When its topic was published last; undefined: never, or withdrawn. */
  told_ms: number | undefined;
  /** When the client had been heard last, as its topic says. */
  told_heard_ms: number;
  told_healthy: boolean;
  /** When it may be forgotten, once it is gone; Infinity while it is connected or its session waits for ever. */
  forget_ms: number;
}

export const newEntry = (client: string, now_ms: number): PresenceEntry => ({
  client,
  connection: undefined,
  last: { connected: false, healthy: false },
  since: undefined,
  changed_ms: now_ms,
  told_ms: undefined,
  told_heard_ms: 0,
  told_healthy: false,
  forget_ms: now_ms + FORGET_MS,
});

/** It published within twice its heartbeat. */
export function isHealthy({ connection }: PresenceEntry, heartbeat_ms: number | undefined, now_ms: number): boolean {
  if (connection === undefined) return false;
  return heartbeat_ms === undefined || now_ms - connection.traffic.published_ms <= 2 * heartbeat_ms;
}

/** A waiting session is told of for as long as it may wait, for its client is expected back. */
export function forgetAfter_ms(expiry_s: number): number {
  return expiry_s === NEVER_EXPIRES ? Number.POSITIVE_INFINITY : Math.max(FORGET_MS, expiry_s * 1000);
}

const PROTOCOLS = { 3: '3.1', 4: '3.1.1', 5: '5.0' } as const;

/** What its topic says. `wall` and `now_ms` are the same moment on the two clocks. */
export function describe(entry: PresenceEntry, healthy: boolean, wall: number, now_ms: number): ClientPresence {
  const { connection, since } = entry;
  const at = { connected: connection !== undefined, healthy, ...(since !== undefined && { since: iso(since) }) };
  return connection === undefined
    ? { ...entry.last, ...at }
    : { ...at, ...describeConnection(connection, wall, now_ms) };
}

/** What is known of a connection, while it lasts. */
export function describeConnection(connection: Connection, wall: number, now_ms: number): Partial<ClientPresence> {
  const { admission, address, version, traffic, terms } = connection;
  const user = admission?.identity.user;
  return {
    last_seen: iso(wall - (now_ms - traffic.heard_ms)),
    address,
    ...(user !== undefined && { user }),
    protocol: PROTOCOLS[version],
    keep_alive_s: terms.keepAlive_s,
    messages_in: traffic.messages_in,
    messages_out: traffic.messages_out,
  };
}

const iso = (wall: number): string => new Date(Math.round(wall)).toISOString();
