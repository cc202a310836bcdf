import { setTimeout as sleep } from 'node:timers/promises';
import { BrokerError } from '../errors.ts';
import type { Outbox, OutboxEntry } from '../outbox/outbox.ts';

/** A pause before the disk is asked again to take a confirmation, in milliseconds. */
const DISK_PAUSE_MS = 1_000;

export interface SettlementParts {
  readonly lane: string;
  readonly outbox: Outbox;
  readonly signal: AbortSignal;
  /** They are off the disk, and never come again. */
  readonly onSettled: (entries: readonly OutboxEntry[], how: 'confirmed' | 'refused') => void;
  readonly onFailure: (error: unknown) => void;
}

/** Takes what an upstream answered off the disk; the lane must not run ahead of that. */
export class Settlement {
  readonly #parts: SettlementParts;
  #acknowledged: OutboxEntry[] = [];
  #ended = false;

  constructor(parts: SettlementParts) {
    this.#parts = parts;
  }

  acknowledge(entry: OutboxEntry): void {
    // What one read of the socket brought is confirmed together, and waits for no confirmation before it.
    if (this.#acknowledged.push(entry) === 1) setImmediate(() => void this.#confirm());
  }

  async refuse(entry: OutboxEntry, reason: string): Promise<void> {
    const { outbox, lane, onSettled } = this.#parts;
    if (await this.#onDisk(() => outbox.refuse(lane, entry.sequence, reason))) onSettled([entry], 'refused');
  }

  /** The link is over: a disk that takes nothing is asked no more. */
  end(): void {
    this.#ended = true;
  }

  async #confirm(): Promise<void> {
    const { outbox, lane, onSettled } = this.#parts;
    const entries = this.#acknowledged;
    this.#acknowledged = [];
    const sequences = entries.map(({ sequence }) => sequence);
    if (await this.#onDisk(() => outbox.confirm(lane, sequences))) onSettled(entries, 'confirmed');
  }

  /** Tries until the disk takes it; false: it is over before that. */
  async #onDisk(work: () => Promise<void>): Promise<boolean> {
    const { signal, onFailure } = this.#parts;
    for (;;) {
      try {
        await work();
        return true;
      } catch (error) {
        if (!(error instanceof BrokerError) || !error.retryable) {
          onFailure(error);
          return false;
        }
      }
      if (this.#ended || signal.aborted) return false;
      // The store has said why.
      await sleep(DISK_PAUSE_MS, undefined, { signal }).catch(() => {});
    }
  }
}
