/** From values to the pulses of a servo. */
export interface PulseRange {
  readonly min: number;
  readonly max: number;
  readonly pulse_min_us: number;
  readonly pulse_max_us: number;
  readonly frequency_hz: number;
}

/** Share of a period that the pulse takes, 0 to 1; without a value there are no pulses. */
export function dutyOf(value: number | undefined, range: PulseRange): number {
  if (value === undefined) return 0;
  const { min, max, pulse_min_us, pulse_max_us, frequency_hz } = range;
  const pulse_us = pulse_min_us + ((value - min) / (max - min)) * (pulse_max_us - pulse_min_us);
  return (pulse_us * frequency_hz) / 1e6;
}

/** The value of a duty that was read; undefined: there are no pulses. */
export function valueOf(duty: number, range: PulseRange): number | undefined {
  if (duty <= 0) return undefined;
  const { min, max, pulse_min_us, pulse_max_us, frequency_hz } = range;
  const share = ((duty * 1e6) / frequency_hz - pulse_min_us) / (pulse_max_us - pulse_min_us);
  return Math.min(max, Math.max(min, min + share * (max - min)));
}
