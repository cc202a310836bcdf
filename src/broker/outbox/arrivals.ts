import type { MessageClass } from '#topics';
import type { Accounts } from './accounts.ts';
import type { Oldest, Share } from './removal.ts';

/** The messages of one commit. */
interface Arrival {
  readonly committed: Promise<void>;
  readonly shares: Map<string, { -readonly [K in keyof Share]: Share[K] }>;
  readonly firsts: Partial<Record<MessageClass, Oldest>>;
}

/** Counts what comes on disk: one reckoning a commit, not one a message. */
export class Arrivals {
  readonly #accounts: Accounts;
  readonly #onArrival: (shares: readonly Share[], onDisk: boolean) => void;
  #latest: Arrival | undefined;

  constructor(accounts: Accounts, onArrival: (shares: readonly Share[], onDisk: boolean) => void) {
    this.#accounts = accounts;
    this.#onArrival = onArrival;
  }

  /** Messages of one commit share the promise. */
  add(committed: Promise<void>, share: Share, clocks: Oldest): void {
    let arrival = this.#latest;
    if (arrival?.committed !== committed) {
      arrival = { committed, shares: new Map(), firsts: {} };
      this.#latest = arrival;
      void this.#reckon(arrival);
    }
    this.#accounts.coming(share);
    arrival.firsts[share.class] ??= clocks;
    const key = `${share.wanted_by} ${share.class}`;
    const sum = arrival.shares.get(key);
    if (sum === undefined) {
      arrival.shares.set(key, { ...share });
      return;
    }
    sum.rows += share.rows;
    sum.bytes += share.bytes;
  }

  /** When the last of them is on disk, or will never be. */
  async settled(): Promise<void> {
    await this.#latest?.committed.catch(() => {});
  }

  async #reckon({ committed, shares, firsts }: Arrival): Promise<void> {
    let onDisk = true;
    // At once, so that whoever waits for the commit finds it counted.
    try {
      await committed;
    } catch {
      onDisk = false;
    }
    const came = [...shares.values()];
    this.#accounts.came(came, onDisk, firsts);
    this.#onArrival(came, onDisk);
  }
}
