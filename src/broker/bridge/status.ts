import { BrokerError } from '../errors.ts';
import type { BreakerState } from './breaker.ts';

/** connecting; connected; paused: connected, and the upstream takes no more for now; waiting: until it tries again; stopped. */
export type BridgeState = 'connecting' | 'connected' | 'paused' | 'waiting' | 'stopped';

export interface BridgeStatus {
  readonly name: string;
  readonly state: BridgeState;
  readonly breaker: BreakerState;
  /** MQTT 5 or 3.1.1, while connected. */
  readonly protocol: 5 | 4 | undefined;
  /** Why it is not connected, or what does not work although it is. */
  readonly last_error: BridgeTrouble | undefined;
  /** Messages it still owes. */
  readonly depth: number;
  /** Messages acknowledged upstream since the start. */
  readonly drained: number;
  /** The same a second, over the last seconds. */
  readonly rate_per_s: number;
  /** Until it owes nothing, at that rate, in whole seconds; undefined: nothing goes. */
  readonly drain_s: number | undefined;
}

export interface BridgeTrouble {
  readonly code: string;
  readonly message: string;
  /** What to do; undefined where we do not know. */
  readonly remedy: string | undefined;
  /** By the wall clock, in milliseconds since 1970. */
  readonly at: number;
}

/** Messages a second that are no rate, but what is left of one. */
const STANDSTILL_PER_S = 0.1;

export const drainTime = (state: BridgeState, depth: number, rate_per_s: number): number | undefined =>
  state === 'connected' && rate_per_s >= STANDSTILL_PER_S ? Math.round(depth / rate_per_s) : undefined;

export const troubleOf = (error: unknown): BridgeTrouble => ({
  code: codeOf(error),
  message: error instanceof Error ? error.message : String(error),
  remedy: error instanceof BrokerError ? error.remedy : undefined,
  at: Date.now(),
});

export const codeOf = (error: unknown): string => (error instanceof BrokerError ? error.code : 'UPSTREAM_CLOSED');
