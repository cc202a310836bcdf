import type { Logger } from 'pino';
import type { Message } from '#topics';
import { Episode } from '../core/episode.ts';
import type { Router } from '../core/router.ts';
import type { Counters } from '../core/counters.ts';
import { LIMITS } from '../limits.ts';
import type { Origin } from '../ports.ts';
import { afterSeconds } from './deadline.ts';
import type { Link } from './link.ts';
import { Session, type SessionParts } from './session.ts';
import { NEVER_EXPIRES } from './state.ts';
import { Subscriptions } from './subscriptions.ts';

const DROP_EPISODE_MS = 60_000;

export interface SessionsParts {
  readonly router: Router;
  readonly counters: Counters;
  readonly log: Logger;
  /** Publishes a will, if its client may. */
  readonly publishWill: (message: Message, origin: Origin) => void;
}

/** Every session, connected or waiting for its client, and how it ends. */
export class Sessions {
  readonly subscriptions: Subscriptions;
  readonly #parts: SessionsParts;
  readonly #shared: SessionParts;
  readonly #sessions = new Map<string, Session>();
  /** What is to happen to a session that waits for its client: its will, its end. Only those without a connection. */
  readonly #deadlines = new Map<Session, (() => void)[]>();

  constructor(parts: SessionsParts) {
    this.#parts = parts;
    this.subscriptions = new Subscriptions(parts.router.hub);
    this.#shared = { counters: parts.counters, drops: new Episode(DROP_EPISODE_MS), log: parts.log };
  }

  get count(): number {
    return this.#sessions.size;
  }

  [Symbol.iterator](): Iterator<Session> {
    return this.#sessions.values();
  }

  /**
   * The session of a client id: the one that waits, unless a clean start is asked for or it is another user's
   * [MQTT-3.1.2-4, -5, -6]. Whoever had the connection has lost it already.
   */
  open(clientId: string, user: string | undefined, cleanStart: boolean): { session: Session; present: boolean } {
    const known = this.#sessions.get(clientId);
    if (known !== undefined && !cleanStart && known.user === user) {
      // In time, so the will is not sent [MQTT-3.1.3-9].
      this.#cancelDeadlines(known);
      known.state.will = undefined;
      return { session: known, present: true };
    }
    if (known !== undefined) this.end(known);
    if (this.#sessions.size >= LIMITS.sessions) this.#evict();
    const session = new Session(clientId, this.#shared);
    session.user = user;
    this.#sessions.set(clientId, session);
    return { session, present: false };
  }

  /** The connection is gone; `withWill` unless the client said goodbye [MQTT-3.1.2-8, -10]. */
  lost(session: Session, link: Link, withWill: boolean): void {
    if (session.link !== link) return;
    session.detach();
    const { state } = session;
    if (!withWill) state.will = undefined;
    if (state.expiry_s === 0) return this.end(session);
    const deadlines: (() => void)[] = [];
    const delay_s = state.will?.delay_s ?? 0;
    if (delay_s === 0) this.#sendWill(session);
    else if (delay_s < state.expiry_s) deadlines.push(afterSeconds(delay_s, () => this.#sendWill(session)));
    if (state.expiry_s !== NEVER_EXPIRES) deadlines.push(afterSeconds(state.expiry_s, () => this.#expire(session)));
    if (deadlines.length > 0) this.#deadlines.set(session, deadlines);
  }

  /** Ends it, its will sent at the latest now [MQTT 5.0, 3.1.3.2.2]. */
  end(session: Session): void {
    this.#cancelDeadlines(session);
    this.subscriptions.removeAll(session);
    if (this.#sessions.get(session.clientId) === session) this.#sessions.delete(session.clientId);
    this.#sendWill(session);
  }

  #expire(session: Session): void {
    this.#parts.counters.expired_sessions++;
    this.end(session);
  }

  /** Forgets the timers; the sessions are as they are. */
  stop(): void {
    for (const session of this.#deadlines.keys()) this.#cancelDeadlines(session);
  }

  #sendWill(session: Session): void {
    const { will } = session.state;
    if (will === undefined) return;
    session.state.will = undefined;
    const { clientId: id, user } = session;
    this.#parts.publishWill(will.message, { kind: 'will', id, ...(user !== undefined && { user }) });
  }

  #cancelDeadlines(session: Session): void {
    for (const cancel of this.#deadlines.get(session) ?? []) cancel();
    this.#deadlines.delete(session);
  }

  /** Makes room: the session that has waited longest for its client goes. */
  #evict(): void {
    let oldest: Session | undefined;
    for (const session of this.#sessions.values()) {
      if (session.lost_ms === undefined) continue;
      if (oldest?.lost_ms === undefined || session.lost_ms < oldest.lost_ms) oldest = session;
    }
    if (oldest === undefined) return;
    this.#parts.log.warn({ client: oldest.clientId, limit: LIMITS.sessions }, 'the oldest waiting session was ended');
    this.end(oldest);
  }
}
