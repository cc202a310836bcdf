import { type Message, TopicTrie } from '#topics';
import type { Logger } from 'pino';
import { BrokerError } from '../errors.ts';
import type { Origin, RetainedStore } from '../ports.ts';
import { asBuffer, asQos, decodeProperties, encodeProperties, ownBytes } from '../store/columns.ts';
import type { Store } from '../store/store.ts';

const MAX_TOPICS = 100_000;
const MAX_BYTES = 64 * 1024 * 1024;
/** What a topic takes besides its texts and payload, in bytes. */
const OVERHEAD = 256;
/** How long a value that nobody waits for may stay off the disk, in milliseconds: only the newest of a topic wears it. */
const WRITE_BEHIND_MS = 5_000;
const WRITE_PART = 1_000;
const LOAD_PAGE = 5_000;

interface Kept {
  readonly message: Message;
  /** Wall clock, milliseconds since 1970; null: never. */
  readonly expires_at: number | null;
  readonly bytes: number;
}

/**
 * The retained messages: in memory for answers, in the database for restarts. A client's QoS 1 and 2 is on disk before its
 * PUBACK; QoS 0 and the agent's own states, which a start publishes anew, are written behind, the newest of each topic.
 */
export class Retained implements RetainedStore {
  readonly #store: Store;
  readonly #log: Logger;
  readonly #kept = new TopicTrie<Kept>();
  /** Topics whose newest value is not on its way to the disk. */
  readonly #behind = new Set<string>();
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #full = false;

  constructor(store: Store, log: Logger) {
    this.#store = store;
    this.#log = log;
  }

  /** After the store has started. */
  async start(signal: AbortSignal): Promise<void> {
    for (let after = ''; ; ) {
      const rows = await this.#store.ask('retained', 'page', after, LOAD_PAGE);
      signal.throwIfAborted();
      for (const { topic, payload, properties, qos, expires_at } of rows) {
        const kept = decodeProperties(properties);
        const message: Message = {
          topic,
          payload: asBuffer(payload),
          qos: asQos(qos),
          retain: true,
          ...(kept === undefined ? {} : { properties: kept }),
        };
        this.#remember(message, expires_at);
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < LOAD_PAGE) break;
      after = last.topic;
    }
    this.#timer = setInterval(() => void this.#writeBehind(), WRITE_BEHIND_MS).unref();
  }

  /** Before the store stops: writes what is not on disk yet. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writeBehind();
  }

  get count(): number {
    return this.#kept.size;
  }

  /** Rejects with RETAINED_FULL when the topic is one too many, and as `Store.write`. */
  set(message: Message, origin: Origin): Promise<void> | undefined {
    const { topic, payload, properties } = message;
    if (payload.byteLength === 0) {
      this.#forget(topic);
    } else {
      const full = this.#room(message);
      if (full !== undefined) return this.#refuse(full, message);
      const expiry = properties?.messageExpiryInterval;
      this.#remember(
        { ...message, retain: true, payload: ownBytes(message.payload) },
        expiry === undefined ? null : Date.now() + expiry * 1000,
      );
    }
    if (message.qos === 0 || origin.kind === 'agent') {
      this.#behind.add(topic);
      return undefined;
    }
    this.#behind.delete(topic);
    const written = this.#write(topic);
    // Its publisher was told, but the subscribers have the value: it stays due.
    written.catch(() => this.#behind.add(topic));
    return written;
  }

  *match(filter: string): Iterable<Message> {
    const now = Date.now();
    for (const [topic, { message, expires_at }] of this.#kept.match(filter)) {
      if (expires_at === null) {
        yield message;
      } else if (expires_at > now) {
        const messageExpiryInterval = Math.ceil((expires_at - now) / 1000);
        yield { ...message, properties: { ...message.properties, messageExpiryInterval } };
      } else {
        this.#forget(topic);
        this.#behind.add(topic);
      }
    }
  }

  #room(message: Message): string | undefined {
    const before = this.#kept.get(message.topic);
    if (before === undefined && this.#kept.size >= MAX_TOPICS) return `${MAX_TOPICS} topics are retained already`;
    if (this.#bytes - (before?.bytes ?? 0) + weigh(message) > MAX_BYTES) {
      return `${MAX_BYTES / 1024 / 1024} MiB are retained already`;
    }
    return undefined;
  }

  #refuse(why: string, { topic, qos }: Message): Promise<void> | undefined {
    const error = new BrokerError('RETAINED_FULL', `${topic} is not retained: ${why}`);
    if (!this.#full) this.#log.error({ err: error, code: error.code }, 'no more messages can be retained');
    this.#full = true;
    return qos === 0 ? undefined : Promise.reject(error);
  }

  #remember(message: Message, expires_at: number | null): void {
    const bytes = weigh(message);
    this.#bytes += bytes - (this.#kept.get(message.topic)?.bytes ?? 0);
    this.#kept.set(message.topic, { message, expires_at, bytes });
  }

  #forget(topic: string): void {
    this.#bytes -= this.#kept.get(topic)?.bytes ?? 0;
    if (this.#kept.delete(topic)) this.#full = false;
  }

  /** What the memory has for the topic goes to the disk. */
  #write(topic: string): Promise<void> {
    const kept = this.#kept.get(topic);
    if (kept === undefined) return this.#store.write('retained', 'delete', topic);
    const { message, expires_at } = kept;
    const properties = encodeProperties(message.properties);
    return this.#store.write('retained', 'put', topic, message.payload, properties, message.qos, expires_at);
  }

  async #writeBehind(): Promise<void> {
    // A part at a time, so that those who wait for the disk are not behind all of them.
    for (const due = [...this.#behind]; due.length > 0; ) {
      const topics = due.splice(-WRITE_PART);
      for (const topic of topics) this.#behind.delete(topic);
      const written = await Promise.allSettled(topics.map((topic) => this.#write(topic)));
      if (written.every(({ status }) => status === 'fulfilled')) continue;
      // The store has said why; all of it stays due.
      for (const topic of topics) this.#behind.add(topic);
      return;
    }
  }
}

const weigh = ({ topic, payload, properties }: Message): number =>
  OVERHEAD + topic.length + payload.byteLength + (encodeProperties(properties)?.length ?? 0);
