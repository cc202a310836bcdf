/** Time in the simulated world, in milliseconds. */
export interface SimClock {
  /** Monotonic. */
  monotonic(): number;
  /** Calls back once after `delay_ms`; returns what cancels it. */
  after(delay_ms: number, callback: () => void): () => void;
}

export const processClock: SimClock = {
  monotonic: () => performance.now(),
  after: (delay_ms, callback) => {
    const timer = setTimeout(callback, delay_ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
