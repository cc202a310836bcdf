import type { Milliseconds } from '#topics';

export interface BackoffTimes {
  /** The longest first pause. */
  readonly base: Milliseconds;
  /** The longest pause of all. */
  readonly cap: Milliseconds;
}

/**
 * Full jitter: anything from nothing to twice what the last pause could be, so that a thousand nodes whose upstream comes
 * back do not arrive as one. `failures` is 1 after the first; `random` is 0 to 1.
 */
export function fullJitter(failures: number, { base, cap }: BackoffTimes, random: number): number {
  return random * Math.min(cap, base * 2 ** Math.min(failures - 1, 30));
}
