import { afterSeconds } from './deadline.ts';

/** What is to happen to things that wait, each cancelled with its thing. */
export class Deadlines<T> {
  readonly #cancels = new Map<T, (() => void)[]>();

  after(waiting: T, seconds: number, callback: () => void): void {
    const cancels = this.#cancels.get(waiting) ?? [];
    cancels.push(afterSeconds(seconds, callback));
    this.#cancels.set(waiting, cancels);
  }

  cancel(waiting: T): void {
    for (const cancel of this.#cancels.get(waiting) ?? []) cancel();
    this.#cancels.delete(waiting);
  }

  clear(): void {
    for (const waiting of this.#cancels.keys()) this.cancel(waiting);
  }
}
