import type { CounterConfig } from './config.ts';
import { UNITS } from './units.ts';

/** Digits after the point that tell one pulse from the next. */
export const decimalsOf = (pulses_per_unit: number): number =>
  Math.min(6, Math.max(0, Math.ceil(Math.log10(pulses_per_unit))));

export const rateUnitOf = ({ unit, rate_unit }: CounterConfig): string =>
  rate_unit ?? Object.keys(UNITS[unit].rates)[0] ?? '';

/** In the unit of the rate, with three digits. */
export function rateOf(config: CounterConfig, pulses_per_hour: number): number {
  const factor = UNITS[config.unit].rates[rateUnitOf(config)] ?? 0;
  return Number(((pulses_per_hour / config.pulses_per_unit) * factor).toPrecision(3));
}
