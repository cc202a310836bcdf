/** Seconds' worth of messages that may come at once. */
const BURST_S = 2;
/** How long somebody may go on above the rate while its reading is throttled. */
const PATIENCE_MS = 30_000;

/** What comes of a message: go on, read on later, or end it. */
export type Pace = { readonly wait_ms: number } | 'too_fast';

const AT_ONCE: Pace = { wait_ms: 0 };

/**
 * A token bucket over what one client publishes. Who is above the rate is read from more slowly, so that TCP slows it down;
 * who keeps that up for half a minute without a pause is cut off [MQTT 5.0, 3.14.2.1: 0x96].
 */
export class PublishRate {
  #tokens = Number.POSITIVE_INFINITY;
  #at_ms = 0;
  #behind_since_ms: number | undefined;

  /** One message came, at a monotonic time. `rate` is messages a second; 0 is no bound. */
  spend(rate: number, now_ms: number): Pace {
    if (rate === 0) return AT_ONCE;
    const most = rate * BURST_S;
    this.#tokens = Math.min(most, this.#tokens + ((now_ms - this.#at_ms) * rate) / 1000) - 1;
    this.#at_ms = now_ms;
    if (this.#tokens >= most / 2) this.#behind_since_ms = undefined;
    if (this.#tokens >= 0) return AT_ONCE;
    this.#behind_since_ms ??= now_ms;
    if (now_ms - this.#behind_since_ms > PATIENCE_MS) return 'too_fast';
    return { wait_ms: (-this.#tokens * 1000) / rate };
  }
}
