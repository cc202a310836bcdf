/** A pulse train. `duty` is the share of each period that it is high, 0 to 1. */
export interface Wave {
  readonly period_ms: number;
  readonly duty: number;
}

export interface Phase {
  readonly high: boolean;
  /** Until the level changes; infinite where it never does. */
  readonly left_ms: number;
}

/** Where a wave is that began, with its high part, so long ago. */
export function phaseOf({ period_ms, duty }: Wave, since_ms: number): Phase {
  if (duty <= 0 || duty >= 1) return { high: duty >= 1, left_ms: Number.POSITIVE_INFINITY };
  const high_ms = duty * period_ms;
  const at_ms = since_ms % period_ms;
  return at_ms < high_ms ? { high: true, left_ms: high_ms - at_ms } : { high: false, left_ms: period_ms - at_ms };
}
