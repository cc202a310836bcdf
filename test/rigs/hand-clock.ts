import type { Clock } from '../../src/agent/clock.ts';

/** Time that stands still until a test moves it. */
export class HandClock implements Clock {
  /** Of the wall clock from the monotonic one. */
  #apart: number;
  #now = 0;
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>();

  /** `wall`: what the wall clock says at the start, milliseconds since 1970. */
  constructor(wall = 0) {
    this.#apart = wall;
  }

  now(): number {
    return this.#now + this.#apart;
  }

  /** Somebody sets the wall clock: milliseconds since 1970. */
  setWall(now: number): void {
    this.#apart = now - this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  after(delay_ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + delay_ms, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Lets `ms` pass, timer by timer, with a turn of the event loop after each. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = next.at;
      next.callback();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#now = end;
  }
}
