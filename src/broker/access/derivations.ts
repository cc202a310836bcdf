/** At work at once; each takes a core and 16 MiB, and libuv's four threads have other work as well. */
const MOST_RUNNING = 2;
/** Waiting at once. The last one waits some seconds on a Pi. */
const MOST_WAITING = 64;

/** Password derivations, a few at a time, so that a flood of logins takes neither the memory nor the disk's threads. */
export class Derivations {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** Undefined: too many wait already, and it was not run. */
  async run<T>(derive: () => Promise<T>): Promise<T | undefined> {
    if (this.#running >= MOST_RUNNING) {
      if (this.#waiting.length >= MOST_WAITING) return undefined;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running++;
    }
    try {
      return await derive();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
