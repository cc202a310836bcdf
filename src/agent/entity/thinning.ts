import type { Milliseconds } from '#topics';

/** Which readings are worth telling. */
export interface ReportOptions {
  /** The shortest time from one told reading to the next. */
  readonly min_interval?: Milliseconds;
  /** The longest: a reading that comes so long after the last told one is told whatever it says. */
  readonly max_interval?: Milliseconds;
  /** How far a reading must be from the last told one, in the unit of the sensor; missing: any other value is. */
  readonly delta?: number;
}

/** The last reading that was told, and when on the monotonic clock, in milliseconds. */
export interface Told {
  readonly value: number;
  readonly at_ms: number;
}

/** Whether a reading is told. The first always is, and without options each one. */
export function isWorthTelling(
  told: Told | undefined,
  value: number,
  now_ms: number,
  options: ReportOptions | undefined,
): boolean {
  if (told === undefined || options === undefined) return true;
  const { min_interval = 0, max_interval = Number.POSITIVE_INFINITY, delta = 0 } = options;
  const since_ms = now_ms - told.at_ms;
  if (since_ms >= max_interval) return true;
  const moved = Math.abs(value - told.value);
  return since_ms >= min_interval && moved > 0 && moved >= delta;
}
