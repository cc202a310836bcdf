import CircuitBreaker from 'opossum';
import type { Milliseconds } from '#topics';

export interface BreakerTimes {
  /** How long it stays open before one try is let through. */
  readonly reset: Milliseconds;
}

export type BreakerState = 'closed' | 'open' | 'half_open';

type Work = () => Promise<unknown>;

/** Failures within this time count, in milliseconds. */
const ROLLING_MS = 60_000;
/** It takes at least so many tries before it opens. */
const VOLUME = 5;

/** Keeps a node from hammering an upstream that does not answer: after some failures it rests, then tries once. */
export class Breaker {
  readonly #circuit: CircuitBreaker<[Work]>;

  constructor(times: BreakerTimes, onChange: () => void) {
    this.#circuit = new CircuitBreaker<[Work]>((work) => work(), {
      // What runs under it has deadlines of its own.
      timeout: false,
      resetTimeout: times.reset,
      rollingCountTimeout: ROLLING_MS,
      rollingPercentilesEnabled: false,
      volumeThreshold: VOLUME,
      errorThresholdPercentage: 50,
    });
    for (const event of ['open', 'close', 'halfOpen'] as const) this.#circuit.on(event as 'open', onChange);
  }

  get state(): BreakerState {
    return this.#circuit.opened ? 'open' : this.#circuit.halfOpen ? 'half_open' : 'closed';
  }

  /** How many messages may be on their way: one while it tries whether the upstream takes any. */
  get most(): number {
    return this.#circuit.halfOpen ? 1 : Number.POSITIVE_INFINITY;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    const result: { value?: T } = {};
    await this.#circuit.fire(async () => {
      result.value = await work();
    });
    return result.value as T;
  }

  /** Settles when a try may be let through; throws the signal's reason. */
  async ready(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!this.#circuit.opened) return;
    await new Promise<void>((resolve, reject) => {
      const settle = (): void => {
        this.#circuit.removeListener('halfOpen', settle);
        signal.removeEventListener('abort', settle);
        if (signal.aborted) reject(signal.reason as Error);
        else resolve();
      };
      this.#circuit.once('halfOpen', settle);
      signal.addEventListener('abort', settle);
    });
  }

  stop(): void {
    this.#circuit.shutdown();
  }
}
