import { type Delivery, deliveryBy, type Publication } from '../core/publication.ts';
import type { RetainedFeed } from './retained-feed.ts';

/** Retained messages that are handed over in one turn. */
const SLICE = 256;

export interface FeedsParts {
  /** False: the client has enough for now. */
  readonly takesMore: () => boolean;
  readonly send: (publication: Publication, delivery: Delivery) => void;
}

/** The retained messages that a client asked for: handed over as fast as it takes them, and in slices, so that nobody else waits. */
export class RetainedFeeds {
  readonly #parts: FeedsParts;
  /** By the filter of the subscription. */
  readonly #feeds = new Map<string, RetainedFeed>();
  #serving = false;

  constructor(parts: FeedsParts) {
    this.#parts = parts;
  }

  add(filter: string, feed: RetainedFeed): void {
    this.#feeds.set(filter, feed);
    this.serve();
  }

  /** The subscription ended. */
  end(filter: string): void {
    this.#feeds.delete(filter);
  }

  /** A slice now, and the rest when others had their turn or the disk has answered. */
  serve(): void {
    if (this.#serving || this.#feeds.size === 0) return;
    this.#serving = true;
    const { takesMore } = this.#parts;
    for (let left = SLICE; left > 0 && this.#feeds.size > 0 && takesMore(); left--) {
      const later = this.#handOver();
      if (later === undefined) continue;
      void later.then(() => this.#again());
      return;
    }
    if (this.#feeds.size > 0 && takesMore()) setImmediate(() => this.#again());
    else this.#serving = false;
  }

  #again(): void {
    this.#serving = false;
    this.serve();
  }

  /** One message, or the end of a feed; returns what the next one waits for. */
  #handOver(): Promise<void> | undefined {
    for (const [filter, feed] of this.#feeds) {
      const next = feed.next();
      if (next instanceof Promise) return next;
      if (next === undefined) {
        this.#feeds.delete(filter);
      } else {
        this.#parts.send(next.publication, deliveryBy(next.qos, true, feed.identifiers));
      }
      return undefined;
    }
    return undefined;
  }
}
