/**
 * What simulated chips measure: values that drift as real ones do. `at_ms` is the simulated clock in milliseconds; the same time always
 * has the same values.
 */
export interface Air {
  readonly temperature_c: number;
  readonly humidity_percent: number;
  readonly pressure_pa: number;
}

const MINUTE_MS = 60_000;

/** Between -1 and 1; the periods have no common one, so that it does not seem to repeat. */
function drift(at_ms: number, phase: number): number {
  const wave = (minutes: number, share: number) =>
    share * Math.sin((at_ms / (minutes * MINUTE_MS)) * 2 * Math.PI + phase);
  return wave(97, 0.55) + wave(11.3, 0.3) + wave(2.9, 0.15);
}

/** In a hall that is heated. Warmer air of the same water is drier. */
export function indoors(at_ms: number): Air {
  const temperature_c = 20.9 + 0.8 * drift(at_ms, 0);
  return {
    temperature_c,
    humidity_percent: 46 - 2.5 * (temperature_c - 20.9) + 3 * drift(at_ms, 2),
    pressure_pa: pressureAt(at_ms),
  };
}

/** On the shady side of the house. */
export function outdoors(at_ms: number): Air {
  const temperature_c = 9.5 + 2.5 * drift(at_ms, 1);
  return {
    temperature_c,
    humidity_percent: 74 - 3 * (temperature_c - 9.5) + 4 * drift(at_ms, 3),
    pressure_pa: pressureAt(at_ms),
  };
}

const pressureAt = (at_ms: number): number => 101_325 + 220 * drift(at_ms, 4);

const FREEZER = { cold_c: -19.4, warm_c: -17.2, warming_ms: 4.5 * MINUTE_MS, cooling_ms: 2.5 * MINUTE_MS };

/** In °C: it warms up slowly until the compressor runs. `shift_ms` tells one freezer from another. */
export function freezer(at_ms: number, shift_ms: number): number {
  const { cold_c, warm_c, warming_ms, cooling_ms } = FREEZER;
  const into_ms = (at_ms + shift_ms) % (warming_ms + cooling_ms);
  const warmth = into_ms < warming_ms ? into_ms / warming_ms : 1 - (into_ms - warming_ms) / cooling_ms;
  return cold_c + (warm_c - cold_c) * warmth;
}

/** 0 to 1, of a sky with clouds; `phase` tells one place from another. */
export const daylight = (at_ms: number, phase: number): number => 0.62 + 0.22 * drift(at_ms * 3, phase);
