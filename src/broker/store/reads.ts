import { BrokerError } from '../errors.ts';
import { Deferred } from './deferred.ts';
import type { Call } from './protocol.ts';

/** Reads that may wait for the database's thread; more are refused with STORE_BUSY. */
const MOST = 1_000;

/** Reads on their way: the database's thread answers them in their order, between two commits. */
export class Reads {
  readonly #post: (call: Call) => void;
  #asked: Deferred<unknown>[] = [];

  constructor(post: (call: Call) => void) {
    this.#post = post;
  }

  /** Rejects with STORE_BUSY, and with what `failed` and `end` are given. */
  ask(call: Call): Promise<unknown> {
    if (this.#asked.length >= MOST) {
      return Promise.reject(new BrokerError('STORE_BUSY', `${MOST} reads wait for the disk already`));
    }
    const answer = new Deferred<unknown>();
    this.#asked.push(answer);
    this.#post(call);
    return answer.promise;
  }

  /** The oldest was answered. */
  answered(result: unknown): void {
    this.#asked.shift()?.resolve(result);
  }

  /** The oldest failed. */
  failed(error: BrokerError): void {
    this.#asked.shift()?.reject(error);
  }

  /** None is answered any more. */
  end(error: BrokerError): void {
    const asked = this.#asked;
    this.#asked = [];
    for (const answer of asked) answer.reject(error);
  }
}
