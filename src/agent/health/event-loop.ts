import { type IntervalHistogram, monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import type { Health } from '#topics';

/** Milliseconds between two looks at the loop. Each is a wake-up, and an idle node has few others. */
const RESOLUTION_MS = 100;

/** How late timers fire because something held the thread, and what garbage collection has cost. */
export class EventLoop {
  #delay: IntervalHistogram | undefined;
  #collections: PerformanceObserver | undefined;
  #gc_time_ms = 0;

  start(): void {
    this.#delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    this.#delay.enable();
    this.#collections = new PerformanceObserver((list) => {
      for (const collection of list.getEntries()) this.#gc_time_ms += collection.duration;
    });
    this.#collections.observe({ entryTypes: ['gc'] });
  }

  stop(): void {
    this.#delay?.disable();
    this.#collections?.disconnect();
  }

  /** Since `reset`. */
  delay(): Health['event_loop'] {
    return { delay_p50_ms: lateness(this.#delay?.percentile(50)), delay_p99_ms: lateness(this.#delay?.percentile(99)) };
  }

  /** Since the start, in milliseconds. */
  get gc_time_ms(): number {
    return Math.round(this.#gc_time_ms);
  }

  reset(): void {
    this.#delay?.reset();
  }
}

/** Node records nanoseconds from one look to the next, the wanted pause included. */
function lateness(nanoseconds = 0): number {
  return Math.max(0, Math.round((nanoseconds / 1e6 - RESOLUTION_MS) * 100) / 100);
}
