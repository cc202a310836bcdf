/** Sorted copy. */
const sorted = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);

/** The value that `part` (0 to 1) of the values do not exceed: nearest rank. */
export function percentile(values: readonly number[], part: number): number {
  const rank = Math.max(0, Math.ceil(values.length * part) - 1);
  return sorted(values)[rank] ?? Number.NaN;
}

/** One figure over several rounds: the median, and how far the rounds lie apart. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spread(values: readonly number[]): Spread {
  return { median: percentile(values, 0.5), min: Math.min(...values), max: Math.max(...values) };
}

/** As people read it. */
export const figure = (value: number, digits = 0): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

export const shown = ({ median, min, max }: Spread, digits = 0): string =>
  `${figure(median, digits)} (${figure(min, digits)}-${figure(max, digits)})`;

export const mebibytes = (bytes: number): string => `${figure(bytes / 2 ** 20, 1)} MiB`;

export const say = (text: string): void => void process.stdout.write(`${text}\n`);
