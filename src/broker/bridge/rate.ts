/** The average forgets by half in this time, in milliseconds. */
const HALF_LIFE_MS = 5_000;

/** Messages a second, averaged over the last seconds. Times are of the monotonic clock, in milliseconds. */
export class Rate {
  #weight = 0;
  #at_ms = 0;

  add(messages: number, now_ms: number): void {
    this.#weight = this.#decayed(now_ms) + messages;
    this.#at_ms = now_ms;
  }

  perSecond(now_ms: number): number {
    return (this.#decayed(now_ms) * Math.LN2 * 1000) / HALF_LIFE_MS;
  }

  #decayed(now_ms: number): number {
    return this.#weight * 2 ** ((this.#at_ms - now_ms) / HALF_LIFE_MS);
  }
}
