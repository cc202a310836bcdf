import { type Message, TopicTrie } from '#topics';
import type { Logger } from 'pino';
import { Episode } from '../core/episode.ts';
import { BrokerError } from '../errors.ts';
import type { Origin, RetainedReader, RetainedStore } from '../ports.ts';
import { asQos } from '../store/columns.ts';
import type { Store } from '../store/store.ts';
import { Hot } from './hot.ts';
import { type Content, type Kept, keptOf, messageOf, weigh } from './kept.ts';
import { KeptReader } from './reader.ts';
import type { RetainedContents, RetainedTopics } from './table.ts';

const MAX_TOPICS = 100_000;
const MAX_BYTES = 256 * 1024 * 1024;
/** What may be in memory because the disk has not taken it yet. */
const MAX_UNSAVED_BYTES = 64 * 1024 * 1024;
/** How long a value that nobody waits for may stay off the disk, in milliseconds: only the newest of a topic wears it. */
const WRITE_BEHIND_MS = 5_000;
/** Above so many bytes it is written sooner. */
const WRITE_BEHIND_BYTES = 8 * 1024 * 1024;
const WRITE_PART = 1_000;
const LOAD_PAGE = 5_000;
const REFUSAL_EPISODE_MS = 60_000;

export interface RetainedParts {
  readonly store: Store;
  /** Whether the process itself asks for a topic by `recall`: its message stays in memory. */
  readonly isOwn: (topic: string) => boolean;
  readonly log: Logger;
}

/**
 * The retained messages: all topics and the newest messages in memory, all messages in the database. A client's QoS 1 and 2 is
 * on disk before its PUBACK; QoS 0 and the agent's own states, which a start publishes anew, are written behind, the newest of
 * each topic.
 */
export class Retained implements RetainedStore {
  readonly #store: Store;
  readonly #isOwn: (topic: string) => boolean;
  readonly #log: Logger;
  readonly #kept = new TopicTrie<Kept>();
  readonly #hot = new Hot();
  readonly #refusals = new Episode(REFUSAL_EPISODE_MS);
  /** Topics whose newest value is not on its way to the disk. */
  readonly #behind = new Set<string>();
  #bytes = 0;
  #unsaved_bytes = 0;
  /** Run clock: before it nothing expires. */
  #expires_run_ms = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;

  constructor({ store, isOwn, log }: RetainedParts) {
    this.#store = store;
    this.#isOwn = isOwn;
    this.#log = log;
  }

  /** After the store has started. */
  async start(signal: AbortSignal): Promise<void> {
    const ask = (after: string): Promise<RetainedTopics> => this.#store.ask('retained', 'topics', after, LOAD_PAGE);
    const own: Kept[] = [];
    for (let next: Promise<RetainedTopics> | undefined = ask(''); next !== undefined; ) {
      const page: RetainedTopics = await next;
      signal.throwIfAborted();
      const last = page.topics.at(-1);
      // The database reads on while this page is entered.
      next = last === undefined || page.topics.length < LOAD_PAGE ? undefined : ask(last);
      own.push(...this.#load(page));
    }
    const contents = await this.#contents(own);
    for (const [i, kept] of own.entries()) kept.content = contents[i];
    this.#timer = setInterval(() => void this.#writeBehind(), WRITE_BEHIND_MS).unref();
  }

  /** Before the store stops: writes what is not on disk yet. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
    await this.#writeBehind();
  }

  get count(): number {
    return this.#kept.size;
  }

  /** Rejects with RETAINED_FULL when the topic is one too many, STORE_BUSY when the disk is too slow, and as `Store.write`. */
  set(message: Message, origin: Origin): Promise<void> | undefined {
    const { topic, payload, qos } = message;
    if (payload.byteLength === 0) {
      this.#forget(topic);
    } else {
      const kept = keptOf(message, this.#store.run_ms);
      // What clients retain leaves no less room for what the node says of itself, which its config bounds.
      const fault = origin.kind === 'agent' ? undefined : this.#fault(kept);
      if (fault !== undefined) return this.#refuse(fault, qos);
      this.#remember(kept);
    }
    if (qos === 0 || origin.kind === 'agent') {
      this.#behind.add(topic);
      if (this.#unsaved_bytes > WRITE_BEHIND_BYTES) void this.#writeBehind();
      return undefined;
    }
    this.#behind.delete(topic);
    const written = this.#write(topic);
    // Its publisher was told, but the subscribers have the value: it stays due.
    written.catch(() => this.#behind.add(topic));
    return written;
  }

  read(filter: string): RetainedReader {
    return new KeptReader({
      walk: this.#walk(filter),
      newest: (topic) => this.#kept.get(topic),
      fetch: (kept) => this.#fetch(kept),
      messageOf: (kept, content) => this.#messageOf(kept, content),
      onUnread: (kept, cause) => this.#unread(kept, cause),
    });
  }

  recall(topic: string): Message | undefined {
    const kept = this.#kept.get(topic);
    return kept?.content === undefined ? undefined : this.#messageOf(kept, kept.content);
  }

  *topics(filter: string): Iterable<string> {
    for (const { topic } of this.#walk(filter)) yield topic;
  }

  *#walk(filter: string): Generator<Kept, void, undefined> {
    for (const [, kept] of this.#kept.match(filter)) yield kept;
  }

  #messageOf(kept: Kept, content: Content): Message | undefined {
    const message = messageOf(kept, content, this.#store.run_ms);
    if (message === undefined) this.#expire(kept);
    return message;
  }

  #expire({ topic }: Kept): void {
    this.#forget(topic);
    this.#behind.add(topic);
  }

  /** Returns the process's own. */
  #load({ topics, bytes, qos, expires_run_ms }: RetainedTopics): Kept[] {
    const own: Kept[] = [];
    for (const [i, topic] of topics.entries()) {
      const kept: Kept = {
        topic,
        qos: asQos(qos[i] ?? 0),
        expires_run_ms: expires_run_ms[i] ?? null,
        bytes: weigh(topic, bytes[i] ?? 0),
        content: undefined,
        saved: true,
      };
      this.#remember(kept);
      if (this.#isOwn(topic)) own.push(kept);
    }
    return own;
  }

  async #fetch(kept: readonly Kept[]): Promise<readonly (Content | undefined)[]> {
    const contents = await this.#contents(kept);
    for (const [i, one] of kept.entries()) {
      if (!this.#hot.hasRoom || this.#kept.get(one.topic) !== one) continue;
      one.content = contents[i];
      this.#hot.add(one);
    }
    return contents;
  }

  async #contents(kept: readonly Kept[]): Promise<readonly (Content | undefined)[]> {
    if (kept.length === 0) return [];
    const topics = kept.map(({ topic }) => topic);
    return apart(await this.#store.ask('retained', 'contents', topics));
  }

  #unread(kept: readonly Kept[], cause: unknown): boolean {
    const later = cause instanceof BrokerError && cause.retryable;
    if (!later) this.#log.error({ err: cause, messages: kept.length }, 'retained messages cannot be read');
    return later;
  }

  #fault(kept: Kept): BrokerError | undefined {
    if (this.#excess(kept) !== undefined) this.#sweep();
    const why = this.#excess(kept);
    if (why !== undefined) return new BrokerError('RETAINED_FULL', `${kept.topic} is not retained: ${why}`);
    if (this.#unsaved_bytes - unsaved(this.#kept.get(kept.topic)) + kept.bytes <= MAX_UNSAVED_BYTES) return undefined;
    return new BrokerError('STORE_BUSY', `${kept.topic} is not retained: too much waits for the disk already`);
  }

  #excess(kept: Kept): string | undefined {
    const before = this.#kept.get(kept.topic);
    if (before === undefined && this.#kept.size >= MAX_TOPICS) return `${MAX_TOPICS} topics are retained already`;
    const bytes = this.#bytes - (before?.bytes ?? 0) + kept.bytes;
    return bytes > MAX_BYTES ? `${MAX_BYTES / 1024 / 1024} MiB are retained already` : undefined;
  }

  #refuse(fault: BrokerError, qos: number): Promise<void> | undefined {
    if (this.#refusals.begins(fault.code))
      this.#log.error({ err: fault, code: fault.code }, 'messages are not retained');
    return qos === 0 ? undefined : Promise.reject(fault);
  }

  /** Takes out what has expired. */
  #sweep(): void {
    const now = this.#store.run_ms;
    if (now < this.#expires_run_ms) return;
    this.#expires_run_ms = Number.POSITIVE_INFINITY;
    for (const filter of ['#', '$SYS/#']) {
      for (const kept of this.#walk(filter)) {
        if (kept.expires_run_ms === null) continue;
        if (kept.expires_run_ms <= now) this.#expire(kept);
        else this.#expires_run_ms = Math.min(this.#expires_run_ms, kept.expires_run_ms);
      }
    }
  }

  #remember(kept: Kept): void {
    this.#leave(this.#kept.get(kept.topic));
    this.#kept.set(kept.topic, kept);
    this.#bytes += kept.bytes;
    this.#unsaved_bytes += unsaved(kept);
    this.#expires_run_ms = Math.min(this.#expires_run_ms, kept.expires_run_ms ?? Number.POSITIVE_INFINITY);
  }

  #forget(topic: string): void {
    this.#leave(this.#kept.get(topic));
    this.#kept.delete(topic);
  }

  #leave(kept: Kept | undefined): void {
    if (kept === undefined) return;
    this.#hot.delete(kept);
    this.#bytes -= kept.bytes;
    this.#unsaved_bytes -= unsaved(kept);
  }

  /** What the memory has for the topic goes to the disk. */
  #write(topic: string): Promise<void> {
    const kept = this.#kept.get(topic);
    if (kept === undefined) return this.#store.write('retained', 'delete', topic);
    const { content, saved, qos, expires_run_ms } = kept;
    if (saved || content === undefined) return DONE;
    // With memory of its own, for all of what a buffer is part of would travel.
    const payload = Buffer.from(Uint8Array.from(Buffer.from(content.payload, 'latin1')).buffer);
    const written = this.#store.write('retained', 'put', topic, payload, content.properties, qos, expires_run_ms);
    written.then(
      () => this.#saved(kept),
      () => {},
    );
    return written;
  }

  #saved(kept: Kept): void {
    if (kept.saved || this.#kept.get(kept.topic) !== kept) return;
    kept.saved = true;
    this.#unsaved_bytes -= kept.bytes;
    if (!this.#isOwn(kept.topic)) this.#hot.add(kept);
  }

  #writeBehind(): Promise<void> {
    this.#writing ??= this.#writeDue().finally(() => (this.#writing = undefined));
    return this.#writing;
  }

  async #writeDue(): Promise<void> {
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

const DONE = Promise.resolve();

const unsaved = (kept: Kept | undefined): number => (kept === undefined || kept.saved ? 0 : kept.bytes);

function apart({ sizes, payloads, properties }: RetainedContents): readonly (Content | undefined)[] {
  const bytes = Buffer.from(payloads.buffer, payloads.byteOffset, payloads.byteLength);
  let at = 0;
  return sizes.map((size, i) => {
    if (size === undefined) return undefined;
    const payload = bytes.toString('latin1', at, at + size);
    at += size;
    return { payload, properties: properties[i] ?? null };
  });
}
