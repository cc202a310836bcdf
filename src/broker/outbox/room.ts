import { MESSAGE_CLASSES, type MessageClass } from '#topics';
import { BrokerError } from '../errors.ts';
import type { Accounts } from './accounts.ts';
import type { Bounds, UseOfClasses } from './bounds.ts';
import type { Refusals } from './refusals.ts';
import { Withheld } from './withheld.ts';

/** Whether a message has room, and who waits for some. */
export class Room {
  readonly #bounds: Bounds;
  readonly #accounts: Accounts;
  readonly #refusals: Refusals;
  readonly #withheld = new Withheld();

  constructor(bounds: Bounds, accounts: Accounts, refusals: Refusals) {
    this.#bounds = bounds;
    this.#accounts = accounts;
    this.#refusals = refusals;
  }

  /** What the bounds count: all but what is withheld. */
  use(): UseOfClasses {
    return this.#accounts.useWithout(this.#withheld.use);
  }

  /** False: its acknowledgement has to `wait`. Throws OUTBOX_FULL: it may not, or so much waits already. */
  admits(of: MessageClass, bytes: number, withhold: boolean): boolean {
    if (!this.isFull(of, bytes)) return true;
    this.#refusals.note(of, performance.now());
    if (withhold && this.#withheld.takes(bytes)) return false;
    throw new BrokerError('OUTBOX_FULL', `the outbox takes no more messages of the class "${of}"`);
  }

  /** Settles when it is on disk and has room; rejects when it was not kept. */
  wait(of: MessageClass, bytes: number, committed: Promise<void>): Promise<void> {
    return this.#withheld.wait(of, bytes, committed);
  }

  /** Messages of the class whose publishers wait. */
  waiting(of: MessageClass): number {
    return this.#withheld.use[of].messages;
  }

  /** Whoever waits already is served first. */
  isFull(of: MessageClass, bytes: number): boolean {
    if (this.#bounds.whenFull(of) !== 'refuse') return false;
    return this.waiting(of) > 0 || this.#bounds.refuses(of, bytes, this.use());
  }

  /** Something left: there may be room again for those who wait. */
  release(): void {
    for (const each of MESSAGE_CLASSES) {
      if (this.waiting(each) === 0) continue;
      this.#withheld.release(each, (bytes) => !this.#bounds.refuses(each, bytes, this.use()));
    }
  }

  stop(): void {
    this.#withheld.stop();
  }
}
