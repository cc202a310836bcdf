import { Aedes } from 'aedes';
import type { Logger } from 'pino';
import {
  forwardedId,
  isConfidential,
  MAX_TOPIC_LEVELS,
  type Message,
  TopicsError,
  topicNameFault,
  withoutPast,
} from '#topics';
import { BrokerError } from '../errors.ts';
import type { LoopGuard } from '../bridge/loop-guard.ts';
import { LIMITS } from '../limits.ts';
import type { Keeper, Origin, RetainedStore } from '../ports.ts';
import type { Counters } from './counters.ts';
import { Episode } from './episode.ts';
import { Hub } from './hub.ts';
import { Persistence } from './persistence.ts';
import { Publication } from './publication.ts';

/** A connection as Aedes' registry of clients knows it. */
export interface RegisteredClient {
  readonly id: string;
  readonly closed: boolean;
  /** The session goes to a newer connection [MQTT-3.1.4-3], or the broker stops. */
  close(done: () => void): void;
}

/** Aedes with the parts of it that its type declarations leave out. */
class Core extends Aedes {
  declare maxTopicLevels: number;
  declare registerClient: (client: RegisteredClient) => void;
  declare unregisterClient: (client: RegisteredClient) => void;
}

/** How often Aedes tells a cluster of itself: never mind, a day. */
const HEARTBEAT_MS = 86_400_000;
const FAILURE_EPISODE_MS = 60_000;

/** The way of a message: asked to be kept, stored when retained, delivered to all. */
export class Router {
  readonly hub = new Hub();
  readonly #keeper: Keeper;
  readonly guard: LoopGuard;
  readonly #counters: Counters;
  readonly #log: Logger;
  readonly #core: Core;
  readonly #failures = new Episode(FAILURE_EPISODE_MS);
  /** One for all: a closure for each message would be the larger part of what routing it leaves to collect. */
  readonly #published = (error?: Error | null): void => {
    if (error) this.#log.error({ err: error }, 'a message could not be routed');
  };

  constructor(parts: { keeper: Keeper; guard: LoopGuard; retained: RetainedStore; counters: Counters; log: Logger }) {
    this.#keeper = parts.keeper;
    this.guard = parts.guard;
    this.#counters = parts.counters;
    this.#log = parts.log;
    this.#core = new Core({
      mq: this.hub,
      persistence: new Persistence(parts.retained),
      heartbeatInterval: HEARTBEAT_MS,
    });
    // Aedes allows 100 for the sake of its own matcher, which is not in use.
    this.#core.maxTopicLevels = MAX_TOPIC_LEVELS;
  }

  async start(): Promise<void> {
    await this.#core.listen();
  }

  /** Closes every registered client. */
  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#core.close(resolve));
  }

  /** Closes the connection that has the client id so far [MQTT-3.1.4-3]. */
  register(client: RegisteredClient): void {
    this.#core.registerClient(client);
  }

  unregister(client: RegisteredClient): void {
    this.#core.unregisterClient(client);
  }

  /**
   * Delivers at once. Undefined: nothing to wait for before it is acknowledged; else settles when it is kept. Throws
   * TOPICS_NAME_INVALID and BROKER_PUBLISH_LOOP.
   */
  publish(message: Message, origin: Origin): Promise<void> | undefined {
    const fault = topicNameFault(message.topic);
    if (fault !== undefined) {
      throw new TopicsError('TOPICS_NAME_INVALID', `topic ${JSON.stringify(message.topic)}: ${fault}`);
    }
    return origin.kind === 'client' ? this.#guarded(message, origin) : this.#route(message, origin);
  }

  /** What another node's bridge brings back was taken over when it passed here. */
  #guarded(message: Message, origin: Origin): Promise<void> | undefined {
    const astray = this.guard.astray(message, origin);
    if (astray !== undefined) {
      this.#counters.dropped.loop++;
      this.#log.debug({ topic: message.topic, client: origin.id, astray }, 'a message from a bridge was here before');
      return undefined;
    }
    const unmarked = origin.unmarked_bridge === true;
    if (!unmarked && forwardedId(message) === undefined) return this.#route(message, origin);
    return this.#takeOver(message, origin, unmarked);
  }

  /** What is not taken after all will come again. */
  #takeOver(message: Message, origin: Origin, unmarked: boolean): Promise<void> | undefined {
    try {
      const kept = this.#route(unmarked ? withoutPast(message) : message, origin);
      kept?.catch(() => this.guard.forget(message, origin));
      return kept;
    } catch (error) {
      this.guard.forget(message, origin);
      throw error;
    }
  }

  #route(message: Message, origin: Origin): Promise<void> | undefined {
    const depth = this.hub.depth;
    if (depth > LIMITS.publish_depth) {
      throw new BrokerError('BROKER_PUBLISH_LOOP', `a publish to ${message.topic} comes out of its own handling`);
    }
    // What the broker says of itself is no traffic; else it would never be quiet.
    if (origin.kind !== 'broker') {
      this.#counters.messages_in++;
      this.#counters.payload_bytes_in += message.payload.length;
    }
    const publication = new Publication(message, origin, depth);
    this.guard.passes(message, origin);
    const confidential = isConfidential(message.topic);
    if (!confidential) publication.need(this.#keeper.keep(message, origin));
    this.#core.publish(
      {
        cmd: 'publish',
        topic: message.topic,
        payload: message.payload,
        // Above it Aedes would ask which sessions that are away to enqueue it for: those are subscribers of the hub as well.
        qos: 0,
        retain: message.retain && !confidential,
        dup: false,
        properties: publication,
      },
      this.#published,
    );
    const settled = publication.kept;
    if (settled === undefined || message.qos > 0) return settled;
    this.#tellIfNotKept(message, settled);
    return undefined;
  }

  /** A QoS 0 publish has nobody to tell. */
  #tellIfNotKept(message: Message, settled: Promise<void>): void {
    settled.catch((cause: unknown) => {
      if (this.#failures.begins('keep')) this.#log.warn({ err: cause, topic: message.topic }, 'a message was not kept');
    });
  }
}
