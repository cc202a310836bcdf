import { MESSAGE_CLASSES, type MessageClass } from '#topics';
import type { Store } from '../store/store.ts';
import type { Accounts } from './accounts.ts';
import type { Bounds, Excess, UseOfClasses } from './bounds.ts';
import type { DropReason } from './outbox.ts';
import type { Removal } from './removal.ts';

/** How often old and expired messages are looked for, in milliseconds. */
const SWEEP_MS = 10_000;
/** After a round that found nothing to compact, that part of what there is goes at once: the next round is a long time off. */
const FRUITLESS_SHARE = 0.05;

export interface UpkeepParts {
  readonly store: Store;
  readonly accounts: Accounts;
  readonly bounds: Bounds;
  /** What the bounds count. */
  readonly use: () => UseOfClasses;
  readonly onRemoved: (removal: Removal, reason: DropReason) => void;
  readonly onSweep: () => void;
}

/** Keeps the outbox within its bounds. When the store takes no writes, the next append or sweep tries again. */
export class Upkeep {
  readonly #parts: UpkeepParts;
  #trimming = false;
  #sweep: NodeJS.Timeout | undefined;
  /** The topic that compaction got to. */
  #compacted = '';

  constructor(parts: UpkeepParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#sweep = setInterval(() => void this.#sweepOld(), SWEEP_MS).unref();
  }

  stop(): void {
    clearInterval(this.#sweep);
  }

  /** Something came on disk. */
  async trim(): Promise<void> {
    if (this.#trimming) return;
    this.#trimming = true;
    try {
      for (let excess = this.#excess(); excess !== undefined; excess = this.#excess()) {
        if (!(await this.#shrink(excess))) break;
      }
    } catch {
      // The store has said why.
    } finally {
      this.#trimming = false;
    }
  }

  #excess(): Excess | undefined {
    return this.#parts.bounds.excess(this.#parts.use());
  }

  /** False: nothing was there to go. */
  async #shrink({ class: of, bytes, messages, reason }: Excess): Promise<boolean> {
    const { store, bounds, accounts } = this.#parts;
    if (bounds.whenFull(of) !== 'compact') {
      return this.#removed(await store.ask('bounds', 'dropOldest', of, bytes, messages), reason);
    }
    if (await this.#compact(of, bytes, messages)) return true;
    const spare = accounts.of(of);
    const more = { bytes: bytes + spare.bytes * FRUITLESS_SHARE, messages };
    return this.#removed(await store.ask('bounds', 'dropOldest', of, more.bytes, more.messages), reason);
  }

  /** Once round all topics, from where it got to, until that much is free; false: there was nothing. */
  async #compact(of: MessageClass, bytes: number, messages: number): Promise<boolean> {
    const { store } = this.#parts;
    const from = this.#compacted;
    let [ends, freed] = [0, false];
    do {
      const removal = await store.ask('bounds', 'compact', of, this.#compacted, bytes, messages);
      freed = this.#removed(removal, 'compacted');
      if (removal.last === undefined) ends += 1;
      this.#compacted = removal.last ?? '';
    } while (!freed && ends < 2 && !(ends === 1 && this.#compacted >= from));
    return freed;
  }

  async #sweepOld(): Promise<void> {
    const { store, accounts, bounds, onSweep } = this.#parts;
    onSweep();
    if (accounts.whole.messages === 0) return;
    try {
      const now = store.run_ms;
      while (this.#removed(await store.ask('bounds', 'dropExpired', now), 'expired'));
      for (const each of MESSAGE_CLASSES) {
        const oldest_allowed = now - bounds.maxAge(each);
        while ((accounts.of(each).oldest?.run_ms ?? now) < oldest_allowed) {
          if (!this.#removed(await store.ask('bounds', 'dropOlder', each, oldest_allowed), 'max_age')) break;
        }
      }
    } catch {
      // The store has said why.
    }
  }

  #removed(removal: Removal, reason: DropReason): boolean {
    if (removal.shares.length > 0) this.#parts.onRemoved(removal, reason);
    return removal.shares.length > 0;
  }
}
