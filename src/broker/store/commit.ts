import { Deferred } from './deferred.ts';
import { Parcel } from './parcel.ts';
import type { Call } from './protocol.ts';

/** Calls of the first parcel of a commit: the thread is woken early. Each is twice as large as the one before, up to the second. */
const FIRST_PARCEL_CALLS = 8;
const PARCEL_CALLS = 64;

/** Calls that share a transaction, and the promise that those who made them share. */
export class Commit {
  /** Calls that are not with the database's thread yet. */
  readonly #parcel = new Parcel();
  /** Calls that make up the next parcel. */
  #due = FIRST_PARCEL_CALLS;
  calls = 0;
  bytes = 0;
  /** Calls whose results somebody waits for: it does not wait for company. */
  asked = 0;
  results: readonly unknown[] = [];
  readonly #settle = new Deferred<void>();
  readonly committed = this.#settle.promise;

  constructor() {
    // Those who wait see the rejection; a commit that nobody waits for must not end the process.
    this.committed.catch(() => {});
  }

  /** Gives the bytes of the call's texts and payloads. */
  add(call: Call, asked: boolean): number {
    const bytes = this.#parcel.add(call, asked);
    this.calls += 1;
    this.bytes += bytes + CALL_BYTES;
    if (asked) this.asked += 1;
    return bytes;
  }

  /** So many calls have come that they may go ahead: the thread makes them while the next ones are prepared. */
  get isParcelDue(): boolean {
    return this.#parcel.calls >= this.#due;
  }

  takeParcel(): Uint8Array {
    this.#due = Math.min(this.#due * 2, PARCEL_CALLS);
    return this.#parcel.take();
  }

  resolve(results: readonly unknown[]): void {
    this.results = results;
    this.#settle.resolve();
  }

  reject(error: Error): void {
    this.#settle.reject(error);
  }
}

/** What a call weighs besides its texts and payloads, roughly. */
const CALL_BYTES = 64;
