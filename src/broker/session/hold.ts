import { Deferred } from '../store/deferred.ts';
import type { Outgoing } from './state.ts';

/** How long the disk is spared at most, in milliseconds: longer than a client on a good network takes to acknowledge. */
const HOLD_MS = 20;
/** Messages and bytes held at once. */
const HOLD_MESSAGES = 1_024;
const HOLD_BYTES = 1_048_576;

interface Held {
  readonly row: number;
  readonly outgoing: Outgoing;
  readonly kept: Deferred<void>;
}

/**
 * Messages to connected clients that are held back from the disk for a moment: most are acknowledged by then, and what was
 * queued and acknowledged need never have been written. Their publishers are answered when either has happened.
 */
export class Hold {
  readonly #write: (row: number, outgoing: Outgoing) => Promise<void>;
  readonly #held = new Map<number, Held>();
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(write: (row: number, outgoing: Outgoing) => Promise<void>) {
    this.#write = write;
  }

  /** Settles when it is acknowledged or on disk. */
  put(row: number, outgoing: Outgoing): Promise<void> {
    const kept = new Deferred<void>();
    // Whoever waits sees a rejection; a message that nobody waits for must not end the process.
    kept.promise.catch(() => {});
    this.#held.set(outgoing.sequence, { row, outgoing, kept });
    this.#bytes += outgoing.bytes;
    if (this.#held.size >= HOLD_MESSAGES || this.#bytes >= HOLD_BYTES) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), HOLD_MS);
    return kept.promise;
  }

  /** It was acknowledged. False: it is not held any more. */
  take(sequence: number): boolean {
    const held = this.#held.get(sequence);
    if (held === undefined) return false;
    this.#held.delete(sequence);
    this.#bytes -= held.outgoing.bytes;
    held.kept.resolve();
    return true;
  }

  /** All of it goes to the disk. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { row, outgoing, kept } of this.#held.values()) {
      this.#write(row, outgoing).then(
        () => kept.resolve(),
        (error: unknown) => kept.reject(error),
      );
    }
    this.#held.clear();
    this.#bytes = 0;
  }
}
