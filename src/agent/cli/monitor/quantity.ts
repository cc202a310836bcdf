/** Quantities in few characters, for a line of the terminal. */

/** `42s`, `7m`, `3h`, `12d`. */
export function age(seconds: number): string {
  const whole = Math.max(Math.floor(seconds), 0);
  if (whole < 60) return `${whole}s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)}m`;
  if (whole < 86_400) return `${Math.floor(whole / 3_600)}h`;
  return `${Math.floor(whole / 86_400)}d`;
}

/** `0`, `0.3`, `12`: one decimal below ten. */
export function perSecond(rate: number): string {
  if (rate === 0) return '0';
  return rate < 10 ? rate.toFixed(1) : String(Math.round(rate));
}

/** `512 B`, `1.5 KiB`, `64 MiB`. */
export function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1_024 && unit < units.length - 1) {
    value /= 1_024;
    unit += 1;
  }
  return `${unit === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
