import type { Output } from '../../src/agent/entity/truth.ts';

/** A pin whose driver takes turns of the event loop for each call, and fails as it is told to. */
export class SlowOutput<T> implements Output<T> {
  readonly written: T[] = [];
  pin: T;
  stuck = false;
  broken: Error | undefined;
  closed = false;
  readonly #turns: () => number;

  constructor(initial: T, turns: () => number) {
    this.pin = initial;
    this.#turns = turns;
  }

  async write(value: T): Promise<void> {
    await this.#wait();
    this.written.push(value);
    if (!this.stuck) this.pin = value;
  }

  async read(): Promise<T> {
    await this.#wait();
    return this.pin;
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  async #wait(): Promise<void> {
    for (let turn = this.#turns(); turn > 0; turn -= 1) await new Promise((resolve) => setImmediate(resolve));
    if (this.broken) throw this.broken;
  }
}
