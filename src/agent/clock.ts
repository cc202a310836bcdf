/** Time as the agent sees it, so that a test can stand in for it. */
export interface Clock {
  /** Wall clock, milliseconds since 1970. May jump. */
  now(): number;
  /** Monotonic clock in milliseconds, the base of every duration. */
  monotonic(): number;
  /** Calls back once after `delay_ms`; returns what cancels it. The timer does not keep the process alive. */
  after(delay_ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delay_ms, callback) => {
    const timer = setTimeout(callback, delay_ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
