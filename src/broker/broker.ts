import type { Logger } from 'pino';
import { filterFault, matches, type Message, TopicsError } from '#topics';
import { Access } from './access/access.ts';
import { Lapses } from './access/lapses.ts';
import type { TokenPair } from './access/tokens.ts';
import { reconsider } from './access/reconsider.ts';
import type { LoopGuard } from './bridge/loop-guard.ts';
import { Counters } from './core/counters.ts';
import { Episode } from './core/episode.ts';
import { HandlerSubscriber } from './core/handler-subscriber.ts';
import { Router } from './core/router.ts';
import type { Subscription } from './core/subscriber.ts';
import { BrokerError } from './errors.ts';
import type { ClientStream } from './listeners/client-stream.ts';
import { SocketLimit } from './listeners/socket-limit.ts';
import { refuseAnonymousExposure } from './listeners/exposure.ts';
import { type Expiring, ExpiryWatch } from './listeners/expiry.ts';
import type { Address } from './listeners/listener.ts';
import { Listeners } from './listeners/listeners.ts';
import type { Way } from './listeners/transport.ts';
import type { BrokerOptions } from './options.ts';
import type { Bus, Keeper, MessageHandler, Origin, RetainedStore, SubscribeOptions } from './ports.ts';
import { type ClientSnapshot, snapshotOf } from './presence/client-snapshot.ts';
import { Presence } from './presence/presence.ts';
import { handOver } from './retained/hand-over.ts';
import { VolatileRetained } from './retained/volatile.ts';
import type { SessionArchive } from './session/archive.ts';
import { Sessions } from './session/sessions.ts';
import { type BrokerStats, statsOf } from './sys/stats.ts';
import { Sys } from './sys/sys.ts';
import { sysFigures } from './sys/sys-figures.ts';
import { Connection } from './wire/connection.ts';
import type { Engine } from './wire/engine.ts';
import { REASON } from './wire/reason.ts';
import { Strangers } from './wire/strangers.ts';

const AGENT: Origin = { kind: 'agent', id: 'agent' };
const REFUSAL_EPISODE_MS = 60_000;
const FROM_BROKER: Origin = { kind: 'broker', id: 'broker' };
const DONE = Promise.resolve();

export interface BrokerParts {
  /** The node's id, below which presence is told. */
  readonly node: string;
  /** Of pinbus. */
  readonly version: string;
  readonly keeper: Keeper;
  readonly guard: LoopGuard;
  /** For all that outlives the process. */
  readonly retained: RetainedStore;
  /** Undefined: sessions end with the process. */
  readonly sessions?: SessionArchive;
  readonly log: Logger;
}

/** The embedded broker: MQTT 3.1, 3.1.1 and 5 for clients, a Bus for this process. */
export class Broker implements Bus {
  readonly #log: Logger;
  readonly #router: Router;
  readonly #engine: Engine;
  readonly #counters = new Counters();
  readonly #access = new Access();
  readonly #expiry: ExpiryWatch;
  readonly #lapses: Lapses;
  readonly #sys: Sys;
  readonly #listeners: Listeners;
  #running = false;

  constructor(options: BrokerOptions, { node, version, keeper, guard, retained: kept, sessions, log }: BrokerParts) {
    this.#log = log;
    this.#expiry = new ExpiryWatch(() => this.certificates(), log);
    const counters = this.#counters;
    const say = (message: Message): void => void this.#publishAs(FROM_BROKER, message).catch(() => {});
    const presence = new Presence(node, say);
    const isVolatile = (topic: string): boolean => topic.startsWith('$SYS/') || matches(presence.filter, topic);
    const retained = new VolatileRetained(kept, isVolatile);
    this.#router = new Router({ keeper, guard, retained, counters, log });
    this.#engine = {
      router: this.#router,
      sessions: new Sessions({
        router: this.#router,
        counters,
        log,
        archive: sessions,
        aclOf: (user, clientId) => this.#access.aclOf({ user }, clientId),
        publishWill: (...will) => this.#publishWill(...will),
        options: () => this.#engine.options,
      }),
      access: this.#access,
      retained,
      counters,
      connections: new Set(),
      strangers: new Strangers(),
      presence,
      refusals: new Episode(REFUSAL_EPISODE_MS),
      log,
      options,
      stopping: false,
    };
    this.#listeners = new Listeners({
      accept: (stream, way) => this.#accept(stream, way),
      terms: () => ({ anonymous: this.#access.takesNameless, ...this.#engine.options.limits }),
      socketLimit: new SocketLimit(() => this.#engine.options.limits),
    });
    this.#lapses = new Lapses(this.#engine.connections, this.#access);
    const figures = sysFigures(this.#engine, version);
    this.#sys = new Sys({ figures, publish: say });
  }

  /** Rejects with a BrokerError that says what cannot be listened on, and nothing is left listening then. */
  async start(signal?: AbortSignal): Promise<void> {
    refuseAnonymousExposure(this.#engine.options);
    await this.#access.configure(this.#engine.options);
    await this.#router.start();
    this.#running = true;
    try {
      await this.#engine.sessions.start();
      await this.#listeners.start(this.#engine.options.listeners, signal);
    } catch (error) {
      await this.stop();
      throw error;
    }
    for (const session of this.#engine.sessions) this.#engine.presence.waits(session);
    this.#tell(this.#engine.options);
    this.#lapses.start();
  }

  /** Clients are told that the server shuts down; their wills are published. */
  async stop(): Promise<void> {
    this.#engine.stopping = true;
    this.#listeners.stop();
    if (!this.#running) return;
    this.#lapses.stop();
    this.#expiry.stop();
    this.#sys.stop();
    this.#engine.presence.stop();
    await this.#router.stop();
    for (const connection of this.#engine.connections) connection.destroy();
    this.#engine.sessions.stop();
    this.#running = false;
  }

  addresses(): readonly Address[] {
    return this.#listeners.addresses;
  }

  /** The certificates of its TLS listeners. */
  certificates(): readonly Expiring[] {
    return this.#listeners.certificates;
  }

  publish(message: Message): Promise<void> {
    return this.#publishAs(AGENT, message);
  }

  /** The bus as a bridge uses it: what it publishes comes from its upstream. */
  busOf(bridge: string): Bus {
    const origin: Origin = { kind: 'bridge', id: bridge };
    return {
      publish: (message) => this.#publishAs(origin, message),
      subscribe: (filter, handler, options) => this.subscribe(filter, handler, options),
    };
  }

  #publishAs(origin: Origin, message: Message): Promise<void> {
    if (!this.#running) return Promise.reject(new BrokerError('BROKER_NOT_RUNNING', 'the broker is not running'));
    try {
      return this.#router.publish(message, origin) ?? DONE;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Throws TOPICS_FILTER_INVALID. Share groups are for clients. */
  subscribe(filter: string, handler: MessageHandler, options?: SubscribeOptions): () => void {
    const fault = filter.startsWith('$share/') ? 'a handler shares with nobody' : filterFault(filter);
    if (fault !== undefined)
      throw new TopicsError('TOPICS_FILTER_INVALID', `filter ${JSON.stringify(filter)}: ${fault}`);
    const subscriber = new HandlerSubscriber(handler, this.#log);
    const retainAsPublished = options?.retain_as_published === true;
    const subscription: Subscription = { subscriber, qos: 2, noLocal: false, retainAsPublished };
    if (options?.live !== true) handOver(this.#engine.retained.read(filter), subscriber);
    this.#router.hub.add(filter, subscription);
    return () => {
      subscriber.end();
      this.#router.hub.remove(filter, subscription);
    };
  }

  /** For a watchdog: it takes messages and whoever is to be let in can come in. */
  alive(): boolean {
    return this.#running && this.#listeners.listening;
  }

  /**
   * Takes other listeners, certificates, users and rights. Who may stay is not disturbed. Rejects with a BrokerError when
   * something of it cannot be, with the listeners and users as they were.
   */
  async reload(options: BrokerOptions): Promise<void> {
    refuseAnonymousExposure(options);
    await this.#listeners.reload(options.listeners, () => this.#access.configure(options));
    this.#engine.options = options;
    reconsider(this.#engine, (way) => this.#listeners.admits(way));
    this.#router.hub.forgetRecipients();
    this.#tell(options);
  }

  stats(): BrokerStats {
    return statsOf(this.#engine);
  }

  clients(): readonly ClientSnapshot[] {
    return [...this.#engine.connections].map(snapshotOf).filter((client) => client !== undefined);
  }

  /** The client, or another one of the same user. */
  isConnected({ id, user }: { readonly id: string; readonly user?: string }): boolean {
    for (const { admission } of this.#engine.connections) {
      if (admission === undefined) continue;
      if (admission.clientId === id || (user !== undefined && admission.identity.user === user)) return true;
    }
    return false;
  }

  /** Ends a client's connection; its session stays, if it may wait. Throws BROKER_CLIENT_UNKNOWN. */
  kick(clientId: string): void {
    const connection = [...this.#engine.connections].find(({ admission }) => admission?.clientId === clientId);
    if (connection === undefined) {
      throw new BrokerError('BROKER_CLIENT_UNKNOWN', `no client ${JSON.stringify(clientId)} is connected`);
    }
    connection.end(REASON.administrative_action, 'an administrator ended the connection');
  }

  /** A new pair for a user's refresh token, which then counts no more. Rejects with BROKER_TOKEN_*. */
  refreshToken(token: string, user: string): Promise<TokenPair> {
    return this.#access.refresh(token, user).finally(() => this.#lapses.check());
  }

  /** Ends at once whatever came in by a token of the id. Rejects with BROKER_TOKEN_*. */
  async revokeToken(id: string): Promise<void> {
    try {
      await this.#access.revoke(id);
    } finally {
      this.#lapses.check();
    }
  }

  /** What the broker says of itself. */
  #tell({ sys_interval, clients }: BrokerOptions): void {
    this.#expiry.start();
    this.#sys.start(sys_interval);
    this.#engine.presence.start(clients);
  }

  #accept(stream: ClientStream, way: Way): void {
    if (this.#engine.stopping) stream.destroy();
    else new Connection(stream, way, this.#engine).start();
  }

  /** A will goes out by the rights its client had. */
  #publishWill(message: Message, origin: Origin): void {
    const acl = this.#access.aclOf({ user: origin.user }, origin.id);
    if (acl?.mayWrite(message.topic) !== true) {
      this.#counters.dropped.not_authorized++;
      this.#log.warn({ client: origin.id, topic: message.topic }, 'a will may not be published to its topic');
      return;
    }
    this.#publishAs(origin, message).catch((err: unknown) => {
      this.#log.warn({ err, client: origin.id, topic: message.topic }, 'a will was not kept');
    });
  }
}
