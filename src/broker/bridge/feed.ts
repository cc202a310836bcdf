import type { OutboxEntry } from '../outbox/outbox.ts';

/** Messages of a page: the database is held by one read for half a millisecond. */
const PAGE = 200;
/** With fewer messages than that, and fewer bytes, the next page is fetched, so that it is there when the window moves. */
const LOW = 300;
const LOW_BYTES = 256 * 1024;

export interface FeedSource {
  /** The oldest after that number, at most `limit`. */
  readonly read: (after: number, limit: number) => Promise<readonly OutboxEntry[]>;
  /** The first to read comes after this one. */
  readonly after: number;
  /** Something was read, or nothing was left, or it failed. */
  readonly onChange: () => void;
  readonly onFailure: (error: unknown) => void;
}

/** One part of a lane, read ahead from the disk in order. */
export class Feed {
  readonly #source: FeedSource;
  #entries: readonly OutboxEntry[] = [];
  #place = 0;
  /** Of those that are left. */
  #bytes = 0;
  #after: number;
  #reading = false;
  /** There may be something on disk that was not read. */
  #more = true;

  constructor(source: FeedSource) {
    this.#source = source;
    this.#after = source.after;
  }

  /** The next one; undefined: none yet, or none at all. */
  get head(): OutboxEntry | undefined {
    if (this.#more && !this.#reading && this.#isLow()) void this.#read();
    return this.#entries[this.#place];
  }

  /** Nothing is left, as far as the disk was when it was asked. */
  get dry(): boolean {
    return !this.#more && !this.#reading && this.#place === this.#entries.length;
  }

  shift(): void {
    this.#bytes -= this.#entries[this.#place]?.bytes ?? 0;
    this.#place += 1;
  }

  /** Something came on disk. */
  refill(): void {
    this.#more = true;
    this.#source.onChange();
  }

  #isLow(): boolean {
    return this.#entries.length - this.#place < LOW && this.#bytes < LOW_BYTES;
  }

  async #read(): Promise<void> {
    this.#reading = true;
    // Before the disk is asked: what comes on disk in the meantime says so by `refill`.
    this.#more = false;
    try {
      const entries = await this.#source.read(this.#after, PAGE);
      this.#after = entries.at(-1)?.sequence ?? this.#after;
      if (entries.length > 0) {
        this.#more = true;
        this.#entries = [...this.#entries.slice(this.#place), ...entries];
        this.#place = 0;
        for (const { bytes } of entries) this.#bytes += bytes;
      }
    } catch (error) {
      this.#source.onFailure(error);
    }
    this.#reading = false;
    this.#source.onChange();
  }
}
