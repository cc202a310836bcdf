/** Times as the clock on this machine's wall shows them. */

const two = (value: number): string => String(value).padStart(2, '0');

/** `11-21`. */
export const monthDay = (at: Date): string => `${two(at.getMonth() + 1)}-${two(at.getDate())}`;

/** `18:05`. */
export const hourMinute = (at: Date): string => `${two(at.getHours())}:${two(at.getMinutes())}`;

/** `18:05:09`. */
export const timeOfDay = (at: Date): string => `${hourMinute(at)}:${two(at.getSeconds())}`;

/** `2026-11-21 18:05:09.123`. */
export const dateTime = (at: Date): string =>
  `${at.getFullYear()}-${monthDay(at)} ${timeOfDay(at)}.${String(at.getMilliseconds()).padStart(3, '0')}`;
