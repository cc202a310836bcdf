import { type Milliseconds, milliseconds } from '#topics';
import type { BackoffTimes } from './backoff.ts';
import type { BreakerTimes } from './breaker.ts';

/** How patient a bridge is. */
export interface BridgeTimes extends BackoffTimes, BreakerTimes {
  /** A link that lasts so long was a success: the next pause is a short one again. */
  readonly stable: Milliseconds;
  /** How long a shutdown waits for the upstream to confirm what it is owed. */
  readonly drain: Milliseconds;
}

export const BRIDGE_TIMES: BridgeTimes = {
  base: milliseconds(1_000),
  cap: milliseconds(60_000),
  denied_base: milliseconds(60_000),
  denied_cap: milliseconds(900_000),
  reset: milliseconds(15_000),
  stable: milliseconds(10_000),
  drain: milliseconds(5_000),
};
