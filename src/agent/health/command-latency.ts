import { createHistogram } from 'node:perf_hooks';
import type { LatencyHealth } from '#topics';

/** A minute in microseconds: what takes longer counts as a minute. */
const LONGEST_US = 60_000_000;

/** From a command's arrival to its state on the bus: a histogram of microseconds with three digits, so it never grows. */
export class CommandLatency {
  readonly #histogram = createHistogram({ lowest: 1, highest: LONGEST_US, figures: 3 });

  record(time_ms: number): void {
    this.#histogram.record(Math.min(LONGEST_US, Math.max(1, Math.round(time_ms * 1000))));
  }

  /** Since `reset`. Undefined when there was no command. */
  figures(): LatencyHealth | undefined {
    const { count, max } = this.#histogram;
    if (count === 0) return undefined;
    return { count, p50_ms: this.#ms(50), p99_ms: this.#ms(99), max_ms: max / 1000 };
  }

  reset(): void {
    this.#histogram.reset();
  }

  #ms(percentile: number): number {
    return this.#histogram.percentile(percentile) / 1000;
  }
}
