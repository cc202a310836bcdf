import { type Milliseconds, milliseconds } from '#topics';
import { AgentError } from '../errors.ts';

/** Pauses before the tries that a failed line gets, growing by the same step; then it is parked. */
const PAUSES = [1_000, 2_000, 3_000].map(milliseconds);

/** How often a parked line gets one more try, and every line a look whether something else moved it. */
export const CHECK_INTERVAL = milliseconds(30_000);

/** The pause after `failures` in a row, 1 or more; undefined: the line is parked. */
export function pauseAfter(failures: number, retryable: boolean): Milliseconds | undefined {
  return retryable ? PAUSES[failures - 1] : undefined;
}

/** An error that does not say so itself (a fault of the driver's library, say) may pass. */
export function isRetryable(error: unknown): boolean {
  return !(error instanceof Error && 'retryable' in error && error.retryable === false);
}

/** A write that did not take leaves the handle as good as it was, and to open the line again could glitch it. */
export function breaksHandle(error: unknown): boolean {
  return !(error instanceof AgentError && error.code === 'AGENT_READ_BACK_DIFFERS');
}
