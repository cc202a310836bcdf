import type { Trimming } from './trimming.ts';

/**
 * From what the converter counted to what it means, in floating point [Bosch BST-BME280-DS002, appendix 8.1]. Pressure and humidity
 * depend on the temperature, by the maker's `t_fine`: 5,120 for each °C.
 */
const FINE_PER_DEGREE = 5_120;

/** `count` has 20 bits. */
export function fineTemperature(count: number, { t1, t2, t3 }: Trimming): number {
  const linear = (count / 16_384 - t1 / 1_024) * t2;
  const square = (count / 131_072 - t1 / 8_192) ** 2 * t3;
  return linear + square;
}

export const temperature_c = (t_fine: number): number => t_fine / FINE_PER_DEGREE;

/** `count` has 20 bits. Undefined for a chip without trimming, which would be a division by zero. */
export function pressure_pa(count: number, t_fine: number, { p }: Trimming): number | undefined {
  const [p1, p2, p3, p4, p5, p6, p7, p8, p9] = p;
  const fine = t_fine / 2 - 64_000;
  const offset = ((fine * fine * p6) / 32_768 + fine * p5 * 2) / 4 + p4 * 65_536;
  const sensitivity = (1 + ((p3 * fine * fine) / 524_288 + p2 * fine) / 524_288 / 32_768) * p1;
  if (sensitivity === 0) return undefined;
  const rough = ((1_048_576 - count - offset / 4_096) * 6_250) / sensitivity;
  return rough + ((p9 * rough * rough) / 2_147_483_648 + (rough * p8) / 32_768 + p7) / 16;
}

/** `count` has 16 bits. Percent, 0 to 100. */
export function humidity_percent(count: number, t_fine: number, { h1, h2, h3, h4, h5, h6 }: Trimming): number {
  const fine = t_fine - 76_800;
  const counted = count - (h4 * 64 + (h5 / 16_384) * fine);
  const slope = (h2 / 65_536) * (1 + (h6 / 67_108_864) * fine * (1 + (h3 / 67_108_864) * fine));
  const humid = counted * slope;
  return Math.min(100, Math.max(0, humid * (1 - (h1 * humid) / 524_288)));
}
