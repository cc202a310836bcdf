import type { Message } from '#topics';

/** Who put a message on the bus. */
export interface Origin {
  readonly kind: 'client' | 'agent' | 'bridge' | 'will' | 'broker';
  /** The client's id, or the bridge's name. */
  readonly id: string;
  /** The user it authenticated as. */
  readonly user?: string;
  /** The bridge of another broker, that by MQTT 3.1.1 cannot say what it forwards. */
  readonly unmarked_bridge?: boolean;
}

/**
 * The bus as the rest of the process uses it: the same tree, the same order and the same retained messages as a client on
 * a socket has, without the socket.
 */
export interface Bus {
  /**
   * Delivers to every subscriber. For QoS 0 the promise settles once the message was handed on; for QoS 1 and 2 once it is
   * on disk wherever an upstream, a retained topic or a waiting session needs it (what a PUBACK says to a client).
   */
  publish(message: Message): Promise<void>;
  /**
   * Calls the handler for every message that matches, in the order of publishing. Retained messages are handed over
   * first, with `retain: true`; live ones have `retain: false` (`live: true` to skip the retained ones, and
   * `retain_as_published: true` to see the flag of live ones as their publisher set it [MQTT 5.0, 3.8.3.1]).
   * Retained messages come before `subscribe` returns; other nodes' and other programs' may come a little later, from the disk.
   * The handler must not block and must not throw. Returns what ends the subscription.
   */
  subscribe(filter: string, handler: MessageHandler, options?: SubscribeOptions): () => void;
}

export interface SubscribeOptions {
  readonly live?: boolean;
  readonly retain_as_published?: boolean;
}

export type MessageHandler = (message: Message, origin: Origin) => void;

/**
 * What decides whether a message has to be on disk before it is acknowledged. The broker asks for every publish, in the
 * order of publishing, before it hands the message on.
 */
export interface Keeper {
  /**
   * Undefined: nothing wants it kept. Else settles once it is fsynced; rejects when it cannot be kept. Throws when its publisher
   * has to keep it for now: then it must not be handed on either.
   */
  keep(message: Message, origin: Origin): Promise<void> | undefined;
}

/** The retained messages: which topics there are is known at once, so that a live message never overtakes a retained one. */
export interface RetainedStore {
  /** An empty payload deletes [MQTT-3.3.1-6]. Undefined: nothing to wait for; else settles once it is fsynced. */
  set(message: Message, origin: Origin): Promise<void> | undefined;
  /** Everything that a filter matches, each message as it is when it is read, expired ones left out. */
  read(filter: string): RetainedReader;
  /** The message of one of the node's own topics, at once. */
  recall(topic: string): Message | undefined;
  /** The topics that a filter matches. */
  topics(filter: string): Iterable<string>;
  readonly count: number;
}

export interface RetainedReader {
  /** With the message expiry that is left. A promise: it is being read from the disk, ask again then. Undefined: that were all. */
  next(): Message | Promise<void> | undefined;
}
