/** Units as people write them, by the unit of the config. */
const UNITS: ReadonlyMap<string, string> = new Map([
  ...words('ms', ['msec', 'msecs', 'millis', 'millisecond', 'milliseconds']),
  ...words('s', ['sec', 'secs', 'second', 'seconds']),
  ...words('m', ['min', 'mins', 'minute', 'minutes']),
  ...words('h', ['hr', 'hrs', 'hour', 'hours']),
  ...words('d', ['day', 'days']),
  ...words('B', ['b', 'byte', 'bytes']),
  ...words('KiB', ['k', 'kb', 'kib']),
  ...words('MiB', ['mb', 'mib']),
  ...words('GiB', ['g', 'gb', 'gib']),
  ...words('TiB', ['t', 'tb', 'tib']),
]);

function words(unit: string, spellings: readonly string[]): [string, string][] {
  return spellings.map((spelling) => [spelling, unit]);
}

/**
 * The text as it was probably meant, among the spellings that are accepted: without stray spaces, in small letters with
 * underscores, with the unit's right name, with `#` as a level of its own. Undefined when none is.
 */
export function respell(text: string, accepts: (candidate: string) => boolean): string | undefined {
  const trimmed = text.trim();
  const small = trimmed.toLowerCase();
  const candidates = [
    trimmed,
    small,
    trimmed.replace(/([^/])#$/, '$1/#'),
    /^[\w .-]+$/.test(small) ? small.replace(/[ .]+/g, '_') : '',
    withUnit(trimmed),
  ];
  return candidates.find((candidate) => candidate !== '' && candidate !== text && accepts(candidate));
}

function withUnit(text: string): string {
  const [, count, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)\s*([A-Za-z]+)$/.exec(text) ?? [];
  return count === undefined ? '' : count + (UNITS.get(unit.toLowerCase()) ?? unit.toLowerCase());
}
