import { Deferred } from '../store/deferred.ts';

/** Messages that were sent at once, which the breaker counts as one try. */
export class Burst {
  readonly #done = new Deferred<void>();
  #left = 0;
  #complete = false;

  expect(): void {
    this.#left += 1;
  }

  /** One was answered; the first failure is the burst's. */
  answered(failure?: unknown): void {
    this.#left -= 1;
    if (failure !== undefined) this.#done.reject(failure);
    this.#settle();
  }

  /** Nothing is added any more: settles when all of it was answered, and rejects when one failed. */
  all(): Promise<void> {
    this.#complete = true;
    this.#settle();
    return this.#done.promise;
  }

  #settle(): void {
    if (this.#complete && this.#left === 0) this.#done.resolve();
  }
}
