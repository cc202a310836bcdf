import type { Milliseconds } from '#topics';

export interface BackoffTimes {
  /** The longest first pause. */
  readonly base: Milliseconds;
  /** The longest pause of all. */
  readonly cap: Milliseconds;
  /** The same for an upstream that does not let us in. */
  readonly denied_base: Milliseconds;
  readonly denied_cap: Milliseconds;
}

/** What does not change until a person changes something: trying often is noise there, and may lock the account. */
const DENIED: ReadonlySet<string> = new Set(['UPSTREAM_NOT_AUTHORIZED', 'UPSTREAM_CLIENT_CERTIFICATE']);

/**
 * How long to wait after so many failures in a row, the last with this code, in milliseconds. `failures` is 1 after the
 * first; `random` is 0 to 1.
 */
export function backoff(code: string, failures: number, times: BackoffTimes, random: number): number {
  const { base, cap, denied_base, denied_cap } = times;
  // Nobody comes back by himself there: half of the pause is certain.
  if (DENIED.has(code)) return ((1 + random) / 2) * bounded(failures, denied_base, denied_cap);
  // Full jitter: anything from nothing to twice what the last pause could be, so that a thousand nodes whose upstream comes
  // back do not arrive as one.
  return random * bounded(failures, base, cap);
}

const bounded = (failures: number, base: Milliseconds, cap: Milliseconds): number =>
  Math.min(cap, base * 2 ** Math.min(failures - 1, 30));
