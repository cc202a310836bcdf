import type { Kept } from './kept.ts';

/** Bytes of messages that are in memory though the disk has them. */
const HOT_BYTES = 8 * 1024 * 1024;

/** The messages that are in memory though the disk has them: those that came last, as far as they fit. */
export class Hot {
  /** The oldest first. */
  readonly #kept = new Set<Kept>();
  #bytes = 0;

  get hasRoom(): boolean {
    return this.#bytes < HOT_BYTES;
  }

  /** Older ones make room: they are on the disk alone then. */
  add(kept: Kept): void {
    if (kept.content === undefined || this.#kept.has(kept)) return;
    this.#kept.add(kept);
    this.#bytes += kept.bytes;
    for (const oldest of this.#kept) {
      if (this.#bytes <= HOT_BYTES) break;
      this.delete(oldest);
      oldest.content = undefined;
    }
  }

  /** It is the newest of its topic no more. */
  delete(kept: Kept): void {
    if (this.#kept.delete(kept)) this.#bytes -= kept.bytes;
  }
}
