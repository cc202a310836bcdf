import { FULL_SPEED } from '#topics';

/** A fan as it is commanded and read: 1 to 100 %, which it keeps while it is off. */
export interface FanSpeed {
  readonly on: boolean;
  readonly percentage: number;
  /** True: at full speed for now, so that it begins to turn. */
  readonly kick: boolean;
}

/** Duty 0 to 1. */
export function dutyOf({ on, percentage, kick }: FanSpeed, lowest_duty: number): number {
  if (!on) return 0;
  return kick ? 1 : lowest_duty + (1 - lowest_duty) * (percentage / FULL_SPEED);
}

/** What a duty read back is; `before` has the percentage that a fan keeps while it is off. */
export function speedOf(duty: number, lowest_duty: number, { percentage }: FanSpeed): FanSpeed {
  if (duty <= 0) return { on: false, percentage, kick: false };
  const share = (duty - lowest_duty) / (1 - lowest_duty);
  return { on: true, percentage: Math.min(FULL_SPEED, Math.max(1, Math.round(share * FULL_SPEED))), kick: false };
}

export const sameSpeed = (a: FanSpeed, b: FanSpeed): boolean =>
  a.on === b.on && (!a.on || (a.kick === b.kick && a.percentage === b.percentage));
