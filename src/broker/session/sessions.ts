import type { Logger } from 'pino';
import type { Message } from '#topics';
import type { Acl } from '../access/acl.ts';
import type { Counters } from '../core/counters.ts';
import type { Router } from '../core/router.ts';
import { LIMITS } from '../limits.ts';
import type { BrokerOptions } from '../options.ts';
import type { Origin } from '../ports.ts';
import type { SessionArchive } from './archive.ts';
import { Deadlines } from './deadlines.ts';
import { Holdings, willBytes } from './holdings.ts';
import type { Link } from './link.ts';
import { redistribute } from './redistribute.ts';
import { restoreSessions } from './restore.ts';
import { Session, type SessionParts } from './session.ts';
import { NEVER_EXPIRES, type SessionState, type Will } from './state.ts';
import { Subscriptions } from './subscriptions.ts';

/** How often what the disk did not take of a session's state is written again, in milliseconds. */
const SAVE_AGAIN_MS = 5_000;
/** After so many bytes more it is looked at how much waits in all. */
const WEIGH_BYTES = 1_048_576;

export interface SessionsParts {
  readonly router: Router;
  readonly counters: Counters;
  readonly log: Logger;
  /** Undefined: sessions end with the process. */
  readonly archive: SessionArchive | undefined;
  /** What somebody may do; undefined: not even be here. */
  readonly aclOf: (user: string | undefined, clientId: string) => Acl | undefined;
  /** Publishes a will, if its client may. */
  readonly publishWill: (message: Message, origin: Origin) => void;
  /** As the config has them now. */
  readonly options: () => Pick<BrokerOptions, 'limits' | 'shared_subscriptions'>;
}

/** Every session, connected or waiting for its client, and how it ends. */
export class Sessions {
  readonly subscriptions: Subscriptions;
  readonly holdings = new Holdings();
  readonly #parts: SessionsParts;
  readonly #shared: SessionParts;
  readonly #sessions = new Map<string, Session>();
  readonly #deadlines = new Deadlines<Session>();
  #unweighed = 0;
  #saveAgain: NodeJS.Timeout | undefined;

  constructor(parts: SessionsParts) {
    const { router, counters, log, archive, options } = parts;
    this.#parts = parts;
    this.subscriptions = new Subscriptions({
      hub: router.hub,
      archive,
      holdings: this.holdings,
      shareBy: () => options().shared_subscriptions,
    });
    this.#shared = {
      counters,
      log,
      archive,
      limits: () => options().limits,
      onQueued: (bytes) => this.#weigh(bytes),
    };
  }

  /** Takes up what was there before: the wills of clients that a crash cut off are sent, at the latest after their delay. */
  async start(): Promise<void> {
    const { archive, aclOf } = this.#parts;
    if (archive === undefined) return;
    for (const { session, lost_run_ms, orphan } of await restoreSessions(archive, this.#shared)) {
      this.#enter(session);
      this.holdings.change(session.state, willBytes(session.state.will));
      this.subscriptions.enter(session);
      const acl = orphan ? undefined : aclOf(session.user, session.clientId);
      if (acl === undefined) {
        this.end(session);
        continue;
      }
      session.acl = acl;
      if (lost_run_ms === undefined) archive.lost(session.state.row, session.state.expiry_s, session.state.queue.sent);
      this.#wait(session, lost_run_ms === undefined ? 0 : (archive.run_ms - lost_run_ms) / 1000);
    }
    this.#saveAgain = setInterval(() => this.#save(archive), SAVE_AGAIN_MS).unref();
  }

  /** Writes what the disk did not take before, and forgets the timers; the sessions are as they are. */
  stop(): void {
    const { archive } = this.#parts;
    clearInterval(this.#saveAgain);
    this.#deadlines.clear();
    if (archive === undefined) return;
    this.#save(archive);
    archive.stop();
  }

  get count(): number {
    return this.#sessions.size;
  }

  [Symbol.iterator](): Iterator<Session> {
    return this.#sessions.values();
  }

  /** Whether what a client says of itself can be kept, beside what the others did. */
  hasRoom(clientId: string, will: Will | undefined): boolean {
    const known = this.#sessions.get(clientId)?.state;
    const before = known === undefined ? -clientId.length : willBytes(known.will);
    return this.holdings.hasRoom(known, willBytes(will) - before);
  }

  /**
   * The session of a client id: the one that waits, unless a clean start is asked for or it is another user's
   * [MQTT-3.1.2-4, -5, -6]. Whoever had the connection has lost it already.
   */
  open(
    clientId: string,
    user: string | undefined,
    cleanStart: boolean,
    { expiry_s, will }: Pick<SessionState, 'expiry_s' | 'will'>,
  ): { session: Session; present: boolean } {
    const known = this.#sessions.get(clientId);
    const present = known !== undefined && !cleanStart && known.user === user;
    if (known !== undefined && !present) this.end(known);
    const session = present ? known : this.#make(clientId, user);
    // In time, so the will is not sent [MQTT-3.1.3-9].
    this.#deadlines.cancel(session);
    session.state.expiry_s = expiry_s;
    this.#setWill(session, will);
    this.#saveOne(session);
    return { session, present };
  }

  /** The connection is gone; `withWill` unless the client said goodbye [MQTT-3.1.2-8, -10]. */
  lost(session: Session, link: Link, withWill: boolean): void {
    if (session.link !== link) return;
    session.detach();
    const { state } = session;
    if (!withWill) this.#dropWill(session);
    if (session.durable) this.#parts.archive?.lost(state.row, state.expiry_s, state.queue.sent);
    this.#wait(session, 0);
  }

  /** Ends it, its will sent at the latest now [MQTT 5.0, 3.1.3.2.2]. What it shared with others is theirs. */
  end(session: Session): void {
    this.#deadlines.cancel(session);
    if (session.link !== undefined) session.detach();
    this.subscriptions.removeAll(session);
    if (this.#sessions.get(session.clientId) === session) this.#sessions.delete(session.clientId);
    this.#sendWill(session);
    this.holdings.change(session.state, -session.state.held_bytes);
    redistribute(session, this.subscriptions, this.#parts.archive);
  }

  /** For a client that has been away for so many seconds. */
  #wait(session: Session, away_s: number): void {
    const { expiry_s, will } = session.state;
    session.lost_ms = performance.now() - away_s * 1000;
    if (expiry_s === 0) return this.end(session);
    const delay_s = will?.delay_s ?? 0;
    if (delay_s <= away_s) this.#sendWill(session);
    else if (delay_s < expiry_s) this.#deadlines.after(session, delay_s - away_s, () => this.#sendWill(session));
    if (expiry_s === NEVER_EXPIRES) return;
    // [MQTT-3.1.2-23]; the clock stands while the node does not run, which the specification allows.
    if (expiry_s <= away_s) this.#expire(session);
    else this.#deadlines.after(session, expiry_s - away_s, () => this.#expire(session));
  }

  #make(clientId: string, user: string | undefined): Session {
    if (this.#sessions.size >= LIMITS.sessions) this.#evict();
    const session = new Session(clientId, this.#shared);
    session.user = user;
    this.#enter(session);
    return session;
  }

  #enter(session: Session): void {
    this.#sessions.set(session.clientId, session);
    this.holdings.change(session.state, session.clientId.length);
  }

  #expire(session: Session): void {
    this.#parts.counters.expired_sessions++;
    this.end(session);
  }

  #sendWill(session: Session): void {
    const { will, row } = session.state;
    if (will === undefined) return;
    this.#setWill(session, undefined);
    const { clientId: id, user } = session;
    const send = (): void => {
      this.#parts.publishWill(will.message, { kind: 'will', id, ...(user !== undefined && { user }) });
      if (row > 0) this.#parts.archive?.deleteWill(row);
    };
    // Once, whenever a crash comes.
    if (this.#parts.archive === undefined) send();
    else this.#parts.archive.together(send);
  }

  #dropWill(session: Session): void {
    const { state } = session;
    if (state.will !== undefined && state.row > 0) this.#parts.archive?.deleteWill(state.row);
    this.#setWill(session, undefined);
  }

  #setWill({ state }: Session, will: Will | undefined): void {
    this.holdings.change(state, willBytes(will) - willBytes(state.will));
    state.will = will;
  }

  /** Its state, not what is on its way, where any of it outlives the connection. */
  #saveOne({ state, user }: Session): void {
    const { archive } = this.#parts;
    if (archive === undefined || (state.row === 0 && state.expiry_s === 0 && state.will === undefined)) return;
    if (state.row === 0) state.row = archive.nextRow();
    archive.open(state.row, state.clientId, user, state.expiry_s, state.will);
  }

  /** What the disk did not take. */
  #save(archive: SessionArchive): void {
    const rows = new Set(archive.unsaved());
    if (rows.size === 0) return;
    for (const session of this.#sessions.values()) {
      if (!rows.delete(session.state.row)) continue;
      this.#saveOne(session);
      this.subscriptions.save(session);
      if (session.lost_ms !== undefined) {
        archive.lost(session.state.row, session.state.expiry_s, session.state.queue.sent);
      }
    }
    for (const row of rows) archive.end(row);
  }

  /** All sessions together are bounded too: the one in which most waits gives way. */
  #weigh(bytes: number): void {
    this.#unweighed += bytes;
    if (this.#unweighed < WEIGH_BYTES) return;
    this.#unweighed = 0;
    let total = 0;
    let fullest: Session | undefined;
    for (const session of this.#sessions.values()) {
      total += session.state.queue.bytes;
      if (session.state.queue.bytes > (fullest?.state.queue.bytes ?? 0)) fullest = session;
    }
    const { queue_total_bytes } = this.#parts.options().limits;
    if (total > queue_total_bytes) void fullest?.state.queue.trim(total - queue_total_bytes + WEIGH_BYTES);
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
