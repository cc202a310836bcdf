const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const MIDDLE = LEVELS[3];

export interface Range {
  readonly low: number;
  readonly high: number;
}

/**
 * A value over time, one character a step; a space where it is not known. Without a range the curve takes its own, and a
 * value that never changes is a line in the middle.
 */
export function sparkline(series: readonly (number | undefined)[], range: Range = rangeOf(series)): string {
  const span = range.high - range.low;
  return series
    .map((value) => {
      if (value === undefined) return ' ';
      return span === 0 ? MIDDLE : LEVELS[Math.round(((value - range.low) / span) * (LEVELS.length - 1))];
    })
    .join('');
}

function rangeOf(series: readonly (number | undefined)[]): Range {
  const known = series.filter((value) => value !== undefined);
  return { low: Math.min(...known), high: Math.max(...known) };
}

/** On and off over time: a full block while it was on. */
export function blocks(series: readonly (number | undefined)[]): string {
  return series.map((value) => (value === undefined ? ' ' : value > 0 ? '█' : '▁')).join('');
}
