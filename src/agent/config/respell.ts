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
 * underscores, with the unit's right name, with `#` as a level of its own, as an address of MQTT. Undefined when none is.
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
    withScheme(trimmed),
  ];
  return candidates.find((candidate) => candidate !== '' && candidate !== text && accepts(candidate));
}

function withUnit(text: string): string {
  const [, count, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)\s*([A-Za-z]+)$/.exec(text) ?? [];
  return count === undefined ? '' : count + (UNITS.get(unit.toLowerCase()) ?? unit.toLowerCase());
}

/** The schemes of other programs' addresses, by what they are here. */
const SCHEMES: ReadonlyMap<string, string> = new Map([
  ['tcp', 'mqtt'],
  ['ssl', 'mqtts'],
  ['tls', 'mqtts'],
  ['mqtt+ssl', 'mqtts'],
]);

/** 8883 is the port of MQTT over TLS, as IANA has it. */
function withScheme(text: string): string {
  const [, scheme = '', rest = ''] = /^(?:([a-z+]+):\/\/)?([\w.-]+(?::\d+)?)$/.exec(text) ?? [];
  if (rest === '') return '';
  return `${SCHEMES.get(scheme) ?? (rest.endsWith(':8883') ? 'mqtts' : 'mqtt')}://${rest}`;
}
