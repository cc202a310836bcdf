import { parseJsonObject } from '#topics';
import { sparkline } from '../monitor/sparkline.ts';
import type { HistoryValue, PartsAnswer } from './answer.ts';
import { type Column, columnsOf } from './column.ts';
import { hourMinute, monthDay, timeOfDay } from './local-time.ts';

/** Lines of a curve. */
const HEIGHT = 8;
/** From nothing to a full block. */
const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
/** Room for the scale on the left, and the axis. */
const SCALE_WIDTH = 10;

/** Columns that a plot in a terminal of that width has. */
export const plotColumns = (width: number): number => Math.min(Math.max(width - SCALE_WIDTH, 20), 200);

/**
 * The answer drawn: measurements as a curve, what is on or off as a strip, all else by how often something was recorded.
 * A space: nothing is known of that time, or it was unavailable.
 */
export function plot(answer: PartsAnswer, count: number, every_ms: number): string {
  const columns = columnsOf(answer, count, every_ms);
  const drawing =
    answer.unit === undefined ? (isSwitched(columns) ? strip(columns) : frequency(columns)) : curve(columns);
  return `${[heading(answer), ...drawing, timeAxis(answer, count)].join('\n')}\n`;
}

function heading({ entity, unit, parts }: PartsAnswer): string {
  const recorded = parts.reduce((sum, { count }) => sum + count, 0);
  return `${entity}${unit === undefined ? '' : ` in ${unit}`}, recorded ${recorded} times`;
}

/** Half a block: both within one column. */
function strip(columns: readonly Column[]): string[] {
  const cells = columns.map(({ first, last, count }) => {
    const on = isOn(last);
    if (on === undefined) return ' ';
    const stayed = count === 0 || (count === 1 && (first === undefined || isOn(first) === on));
    return stayed ? (on ? '█' : '▁') : '▄';
  });
  return [`${label('ON █')}${cells.join('')}`];
}

function frequency(columns: readonly Column[]): string[] {
  const counts = columns.map(({ count }) => count);
  return [`${label(`0-${Math.max(...counts)}`)}${sparkline(counts, { low: 0, high: Math.max(...counts, 1) })}`];
}

function curve(columns: readonly Column[]): string[] {
  const known = columns.flatMap(({ mean, last }) => (mean === undefined || last === null ? [] : [mean]));
  if (known.length === 0) return [`${label('')}nothing was measured`];
  const low = Math.min(...known);
  const high = Math.max(...known);
  const levels = columns.map(({ mean, last }) =>
    mean === undefined || last === null ? 0 : 1 + Math.round(((mean - low) / (high - low || 1)) * (HEIGHT * 8 - 1)),
  );
  return Array.from({ length: HEIGHT }, (_, line) => {
    const below = (HEIGHT - 1 - line) * 8;
    const cells = levels.map((level) => EIGHTHS[Math.min(Math.max(level - below, 0), 8)]);
    const scale = line === 0 ? short(high) : line === HEIGHT - 1 ? short(low) : '';
    return `${label(scale)}${cells.join('')}`;
  });
}

/** When the span began, its middle and its end, by this machine's clock on the wall. */
function timeAxis({ since, until }: PartsAnswer, count: number): string {
  const from_ms = Date.parse(since);
  const until_ms = Date.parse(until);
  const span_ms = until_ms - from_ms;
  const [begin, middle, end] = [from_ms, (from_ms + until_ms) / 2, until_ms].map((at_ms) =>
    clockTime(new Date(at_ms), span_ms),
  );
  const left = `${begin}`.padEnd(Math.floor(count / 2) - Math.floor(`${middle}`.length / 2));
  return `${' '.repeat(SCALE_WIDTH)}${`${left}${middle}`.padEnd(count - `${end}`.length)}${end}`;
}

/** As exact as the length of the span wants it. */
function clockTime(at: Date, span_ms: number): string {
  if (span_ms > 86_400_000) return `${monthDay(at)} ${hourMinute(at)}`;
  return span_ms > 600_000 ? hourMinute(at) : timeOfDay(at);
}

const label = (text: string): string => `${text.padStart(SCALE_WIDTH - 2)}  `;

/** At most seven characters of it. */
const short = (value: number): string => String(Number(value.toPrecision(5)));

const isSwitched = (columns: readonly Column[]): boolean =>
  columns.every(({ last }) => last === undefined || last === null || isOn(last) !== undefined);

/** ON or OFF, alone or as the state of a light; undefined: neither. */
function isOn(value: HistoryValue | undefined): boolean | undefined {
  if (typeof value !== 'string') return undefined;
  const json = value.startsWith('{') ? parseJsonObject(value) : undefined;
  const state = json?.ok ? json.value['state'] : value;
  return state === 'ON' ? true : state === 'OFF' ? false : undefined;
}
