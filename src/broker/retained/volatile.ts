import { type Message, TopicTrie } from '#topics';
import { BrokerError } from '../errors.ts';
import type { Origin, RetainedReader, RetainedStore } from '../ports.ts';

/** Topics, and bytes of one payload: what the broker says of itself and its clients is far below both. */
const MAX_TOPICS = 16_384;
const MAX_PAYLOAD_BYTES = 4_096;

interface Kept {
  readonly message: Message;
  /** Monotonic milliseconds; Infinity: never. */
  readonly expires_ms: number;
}

/**
 * Retained messages that are true only while the broker runs, such as `$SYS` and presence, in memory in front of the store
 * that keeps all others: they never reach the disk, and a start begins without them.
 */
export class VolatileRetained implements RetainedStore {
  readonly #kept = new TopicTrie<Kept>();
  readonly #store: RetainedStore;
  readonly #isVolatile: (topic: string) => boolean;

  constructor(store: RetainedStore, isVolatile: (topic: string) => boolean) {
    this.#store = store;
    this.#isVolatile = isVolatile;
  }

  get count(): number {
    return this.#store.count + this.#kept.size;
  }

  /** Rejects with RETAINED_FULL, and as the store does for what is not volatile. */
  set(message: Message, origin: Origin): Promise<void> | undefined {
    const { topic, payload, qos } = message;
    if (!this.#isVolatile(topic)) return this.#store.set(message, origin);
    if (payload.length === 0) {
      this.#kept.delete(topic);
      return undefined;
    }
    const isNew = this.#kept.get(topic) === undefined;
    if (payload.length > MAX_PAYLOAD_BYTES || (isNew && this.#kept.size >= MAX_TOPICS)) {
      const error = new BrokerError('RETAINED_FULL', `${topic} is not retained: there is no room for more of its kind`);
      return qos === 0 ? undefined : Promise.reject(error);
    }
    const expiry_s = message.properties?.messageExpiryInterval ?? Number.POSITIVE_INFINITY;
    this.#kept.set(topic, {
      // A copy: the payload may be a small part of a large buffer that arrived.
      message: { ...message, retain: true, payload: Buffer.from(payload) },
      expires_ms: performance.now() + expiry_s * 1000,
    });
    return undefined;
  }

  read(filter: string): RetainedReader {
    const stored = this.#store.read(filter);
    const kept = this.#alive(filter);
    return { next: () => stored.next() ?? kept.next().value };
  }

  recall(topic: string): Message | undefined {
    if (!this.#isVolatile(topic)) return this.#store.recall(topic);
    for (const message of this.#alive(topic)) return message;
    return undefined;
  }

  *topics(filter: string): Iterable<string> {
    yield* this.#store.topics(filter);
    for (const { topic } of this.#alive(filter)) yield topic;
  }

  *#alive(filter: string): Generator<Message, undefined, undefined> {
    for (const [topic, { message, expires_ms }] of this.#kept.match(filter)) {
      const now_ms = performance.now();
      const messageExpiryInterval = Math.ceil((expires_ms - now_ms) / 1000);
      if (expires_ms === Number.POSITIVE_INFINITY) yield message;
      else if (messageExpiryInterval <= 0) this.#kept.delete(topic);
      else yield { ...message, properties: { ...message.properties, messageExpiryInterval } };
    }
    return undefined;
  }
}
