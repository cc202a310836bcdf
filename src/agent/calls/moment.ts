import { parseDuration } from '../platforms/fields.ts';

/** What `parseMoment` takes, in words. */
export const MOMENT = 'a duration such as 6h, which is before now, or a time such as 2026-11-21T18:00';

/**
 * A time as people give one: `6h`, which is six hours before `now_ms`, or an ISO 8601 date or time, of this machine's time
 * zone where it names none. Milliseconds since 1970; undefined when the text is neither.
 */
export function parseMoment(text: string, now_ms: number): number | undefined {
  const ago = parseDuration(text);
  if (ago !== undefined) return now_ms - ago;
  // Date.parse takes more than ISO 8601, by rules of its own.
  if (!/^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?)?$/.test(text)) return undefined;
  const time = Date.parse(text.includes('T') ? text : `${text}T00:00`);
  return Number.isNaN(time) ? undefined : time;
}

/** The same, of a text that `parseMoment` has taken before. */
export const momentOf = (text: string, now_ms: number): number => parseMoment(text, now_ms) ?? now_ms;
