import type { HistoryValue, PartsAnswer } from './answer.ts';

/** What one column of a plot stands for. */
export interface Column {
  /** What was so as it began, and as it ended; undefined: nobody knows; null: unavailable. */
  readonly first: HistoryValue | undefined;
  readonly last: HistoryValue | undefined;
  /** Of measurements: the mean of those in it, or the one before, which holds on. */
  readonly mean: number | undefined;
  /** Times that something was recorded in it. */
  readonly count: number;
}

/** The span of the answer in columns of `every_ms`. Where nothing was recorded, what was before holds on. */
export function columnsOf({ since, before, parts }: PartsAnswer, count: number, every_ms: number): readonly Column[] {
  const from_ms = Date.parse(since);
  const byPlace = new Map(parts.map((part) => [Math.floor((Date.parse(part.at) - from_ms) / every_ms), part]));
  const columns: Column[] = [];
  let held: HistoryValue | undefined = before?.value;
  for (let place = 0; place < count; place += 1) {
    const part = byPlace.get(place);
    const last = part === undefined ? held : part.last;
    const mean = part?.mean ?? (typeof last === 'number' ? last : undefined);
    columns.push({ first: held, last, mean, count: part?.count ?? 0 });
    held = last;
  }
  return columns;
}
