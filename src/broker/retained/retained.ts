import { type Message, TopicTrie } from '#topics';
import type { Logger } from 'pino';
import { BrokerError } from '../errors.ts';
import type { Origin, RetainedStore } from '../ports.ts';
import { asBuffer, asQos, decodeProperties, encodeProperties, ownBytes } from '../store/columns.ts';
import type { Store } from '../store/store.ts';
import type { RetainedPage } from './table.ts';

const MAX_TOPICS = 100_000;
const MAX_BYTES = 64 * 1024 * 1024;
/** What a topic takes besides its texts and payload, in bytes. */
const OVERHEAD = 256;
/** How long a value that nobody waits for may stay off the disk, in milliseconds: only the newest of a topic wears it. */
const WRITE_BEHIND_MS = 5_000;
const WRITE_PART = 1_000;
const LOAD_PAGE = 5_000;

/**
 * The retained messages: in memory for answers, in the database for restarts. A client's QoS 1 and 2 is on disk before its
 * PUBACK; QoS 0 and the agent's own states, which a start publishes anew, are written behind, the newest of each topic.
 */
export class Retained implements RetainedStore {
  readonly #store: Store;
  readonly #log: Logger;
  readonly #kept = new TopicTrie<Message>();
  /** By topic, wall clock, milliseconds since 1970; not there: never. */
  readonly #expires_at = new Map<string, number>();
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
      const page = await this.#store.ask('retained', 'page', after, LOAD_PAGE);
      signal.throwIfAborted();
      this.#load(page);
      const last = page.topics.at(-1);
      if (last === undefined || page.topics.length < LOAD_PAGE) break;
      after = last;
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
        { ...message, retain: true, payload: compact(message.payload) },
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
    for (const [topic, message] of this.#kept.match(filter)) {
      const expires_at = this.#expires_at.get(topic);
      if (expires_at === undefined) {
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

  #load({ topics, properties, qos, expires_at, sizes, payloads }: RetainedPage): void {
    const bytes = asBuffer(payloads);
    let at = 0;
    for (const [i, topic] of topics.entries()) {
      const kept = decodeProperties(properties[i] ?? null);
      const end = at + (sizes[i] ?? 0);
      const payload = compact(bytes.subarray(at, end));
      at = end;
      const message: Message = {
        topic,
        payload,
        qos: asQos(qos[i] ?? 0),
        retain: true,
        ...(kept === undefined ? {} : { properties: kept }),
      };
      this.#remember(message, expires_at[i] ?? null);
    }
  }

  #room(message: Message): string | undefined {
    const before = this.#kept.get(message.topic);
    if (before === undefined && this.#kept.size >= MAX_TOPICS) return `${MAX_TOPICS} topics are retained already`;
    if (this.#bytes - weigh(before) + weigh(message) > MAX_BYTES) {
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
    const { topic } = message;
    this.#bytes += weigh(message) - weigh(this.#kept.get(topic));
    this.#kept.set(topic, message);
    if (expires_at === null) this.#expires_at.delete(topic);
    else this.#expires_at.set(topic, expires_at);
  }

  #forget(topic: string): void {
    this.#bytes -= weigh(this.#kept.get(topic));
    this.#expires_at.delete(topic);
    if (this.#kept.delete(topic)) this.#full = false;
  }

  /** What the memory has for the topic goes to the disk. */
  #write(topic: string): Promise<void> {
    const message = this.#kept.get(topic);
    if (message === undefined) return this.#store.write('retained', 'delete', topic);
    const { payload, properties, qos } = message;
    const expires_at = this.#expires_at.get(topic) ?? null;
    return this.#store.write(
      'retained',
      'put',
      topic,
      ownBytes(payload),
      encodeProperties(properties),
      qos,
      expires_at,
    );
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

/** Bytes, about. */
function weigh(message: Message | undefined): number {
  if (message === undefined) return 0;
  const { topic, payload, properties } = message;
  return OVERHEAD + topic.length + payload.byteLength + (encodeProperties(properties)?.length ?? 0);
}

/** A copy that takes little: Node.js keeps a short buffer with its object, as long as nobody asks for its ArrayBuffer. */
function compact(payload: Buffer): Buffer {
  const own = Buffer.allocUnsafeSlow(payload.length);
  payload.copy(own);
  return own;
}
