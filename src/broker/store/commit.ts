import { Deferred } from './deferred.ts';
import type { Call } from './protocol.ts';

/** Calls that share a transaction, and the promise that those who made them share. */
export class Commit {
  readonly calls: Call[] = [];
  bytes = 0;
  /** Somebody waits for what it returns: it does not wait for company. */
  isAsked = false;
  results: readonly unknown[] = [];
  readonly #settle = new Deferred<void>();
  readonly committed = this.#settle.promise;

  constructor() {
    // Those who wait see the rejection; a commit that nobody waits for must not end the process.
    this.committed.catch(() => {});
  }

  /** Returns what the call weighs. */
  add(call: Call): number {
    const bytes = weigh(call);
    this.calls.push(call);
    this.bytes += bytes;
    return bytes;
  }

  resolve(results: readonly unknown[]): void {
    this.results = results;
    this.#settle.resolve();
  }

  reject(error: Error): void {
    this.#settle.reject(error);
  }
}

/** What a call weighs besides its texts and blobs, roughly. */
export const CALL_BYTES = 64;

/** Bytes of the texts and blobs of a call, roughly. */
function weigh([, , args]: Call): number {
  let bytes = CALL_BYTES;
  for (const arg of args) {
    if (typeof arg === 'string') bytes += arg.length;
    else if (arg instanceof Uint8Array) bytes += arg.byteLength;
  }
  return bytes;
}
