import type { Message } from '#topics';
import type { RetainedReader } from '../ports.ts';
import type { Content, Kept } from './kept.ts';

/** Messages and bytes of them that are read from the disk at once. */
const BATCH_MESSAGES = 256;
const BATCH_BYTES = 262_144;
/** When a disk that did not answer is asked again, in milliseconds. */
const AGAIN_MS = 1_000;

export interface KeptReaderParts {
  /** What may be wanted, the newest of each topic as it is met. */
  readonly walk: Iterator<Kept>;
  /** The newest of a topic. */
  readonly newest: (topic: string) => Kept | undefined;
  /** From the disk, in the order asked for; undefined: it is not there any more. */
  readonly fetch: (kept: readonly Kept[]) => Promise<readonly (Content | undefined)[]>;
  /** Undefined: it has expired. */
  readonly messageOf: (kept: Kept, content: Content) => Message | undefined;
  /** It cannot be read. True: maybe later. */
  readonly onUnread: (kept: readonly Kept[], cause: unknown) => boolean;
}

interface Fetched {
  readonly kept: Kept;
  readonly content: Content | undefined;
}

/** Reads on through retained messages, those in memory at once and those on the disk a batch at a time. */
export class KeptReader implements RetainedReader {
  readonly #parts: KeptReaderParts;
  /** To be asked for. */
  #cold: Kept[] = [];
  #cold_bytes = 0;
  #fetched: Fetched[] = [];
  #fetching: Promise<void> | undefined;

  constructor(parts: KeptReaderParts) {
    this.#parts = parts;
  }

  next(): Message | Promise<void> | undefined {
    for (;;) {
      if (this.#fetching !== undefined) return this.#fetching;
      const fetched = this.#fetched.shift();
      const kept = fetched === undefined ? this.#walked() : this.#parts.newest(fetched.kept.topic);
      if (kept === undefined) {
        if (fetched !== undefined) continue;
        if (this.#cold.length === 0) return undefined;
        this.#fetching = this.#fetch();
        continue;
      }
      // What came meanwhile counts, not what was read.
      const content = kept === fetched?.kept ? (fetched.content ?? kept.content) : kept.content;
      if (content === undefined) {
        // Not again what the disk should have had and has not.
        if (kept !== fetched?.kept) this.#add(kept);
        continue;
      }
      const message = this.#parts.messageOf(kept, content);
      if (message !== undefined) return message;
    }
  }

  /** The next of the walk; undefined: a batch is full, or that were all. */
  #walked(): Kept | undefined {
    if (this.#cold.length >= BATCH_MESSAGES || this.#cold_bytes >= BATCH_BYTES) return undefined;
    const next = this.#parts.walk.next();
    return next.done === true ? undefined : next.value;
  }

  #add(kept: Kept): void {
    this.#cold.push(kept);
    this.#cold_bytes += kept.bytes;
  }

  #forget(): void {
    this.#cold = [];
    this.#cold_bytes = 0;
  }

  async #fetch(): Promise<void> {
    try {
      const contents = await this.#parts.fetch(this.#cold);
      this.#fetched = this.#cold.map((kept, i) => ({ kept, content: contents[i] }));
      this.#forget();
    } catch (error) {
      if (this.#parts.onUnread(this.#cold, error))
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS).unref());
      else this.#forget();
    } finally {
      this.#fetching = undefined;
    }
  }
}
