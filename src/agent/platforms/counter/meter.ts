/** Milliseconds without a pulse after which nothing flows. */
const IDLE_MS = 1_800_000;
const HOUR_MS = 3_600_000;

/** Pulses as they come. Times are on the monotonic clock. */
export interface Meter {
  /** Since the total was set. */
  readonly pulses: number;
  /** Of the last pulse; undefined before the first. */
  readonly last_ms?: number;
  /** The last pulse of the report before: the rate is taken from there on. */
  readonly from?: { readonly pulses: number; readonly at_ms: number };
  /** Milliseconds from pulse to pulse, when it was reported last. */
  readonly interval_ms?: number;
}

/** The last one of `count` came at `at_ms`. */
export function onPulses(meter: Meter, count: number, at_ms: number): Meter {
  const pulses = meter.pulses + count;
  return { ...meter, pulses, last_ms: at_ms, from: meter.from ?? { pulses, at_ms } };
}

/**
 * The pulses in edges that were lost before one that came: each has two, and the one that came shows nothing if it is of the level
 * that was told last, so it belongs to an odd one that was lost.
 */
export const pulsesIn = (lost_edges: number): number => Math.ceil(lost_edges / 2);

/** What is reported: from here on the next rate is taken. */
export function onReport(meter: Meter): Meter {
  const interval_ms = meanInterval(meter) ?? meter.interval_ms;
  return {
    pulses: meter.pulses,
    ...(meter.last_ms !== undefined && {
      last_ms: meter.last_ms,
      from: { pulses: meter.pulses, at_ms: meter.last_ms },
    }),
    ...(interval_ms !== undefined && { interval_ms }),
  };
}

/** Pulses an hour. Without a new pulse it sinks: so long a pause cannot be of a higher rate. */
export function pulsesPerHour(meter: Meter, now_ms: number): number {
  const interval_ms = meanInterval(meter) ?? meter.interval_ms;
  if (meter.last_ms === undefined || interval_ms === undefined || now_ms - meter.last_ms > IDLE_MS) return 0;
  return HOUR_MS / Math.max(interval_ms, now_ms - meter.last_ms, 1);
}

/** Milliseconds from pulse to pulse since the report before; undefined: there were too few. */
function meanInterval({ pulses, last_ms, from }: Meter): number | undefined {
  if (from === undefined || last_ms === undefined || pulses === from.pulses) return undefined;
  return (last_ms - from.at_ms) / (pulses - from.pulses);
}
