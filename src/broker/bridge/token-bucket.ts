/** Lets `rate` things a second through, and at most `burst` at once after a rest. Times are monotonic, in milliseconds. */
export class TokenBucket {
  readonly #rate: number;
  readonly #burst: number;
  #tokens: number;
  #at_ms: number;

  constructor(rate: number, burst: number, now_ms: number) {
    this.#rate = rate;
    this.#burst = burst;
    this.#tokens = burst;
    this.#at_ms = now_ms;
  }

  /** False: not now; ask again after `wait_ms`. */
  take(now_ms: number): boolean {
    this.#fill(now_ms);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Until the next one; 0: now. */
  wait_ms(now_ms: number): number {
    this.#fill(now_ms);
    return Math.max(0, ((1 - this.#tokens) * 1000) / this.#rate);
  }

  #fill(now_ms: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now_ms - this.#at_ms) * this.#rate) / 1000);
    this.#at_ms = now_ms;
  }
}
