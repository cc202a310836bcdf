/** Keys by the names that people bring along from other programs: ESPHome, Home Assistant, mosquitto, Telegraf. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['pin', 'line'],
  ['gpio', 'line'],
  ['bcm', 'line'],
  ['type', 'platform'],
  ['unique_id', 'id'],
  ['friendly_name', 'name'],
  ['inverted', 'active_low'],
  ['invert', 'active_low'],
  ['pull', 'bias'],
  ['pull_up_down', 'bias'],
  ['update_interval', 'interval'],
  ['scan_interval', 'interval'],
  ['topic', 'filter'],
  ['pattern', 'filter'],
  ['address', 'url'],
  ['server', 'url'],
  ['user', 'username'],
  ['bind', 'host'],
  ['bind_address', 'host'],
  ['certfile', 'cert'],
  ['keyfile', 'key'],
  ['cafile', 'ca'],
  ['discovery_prefix', 'prefix'],
]);

/** What a key is called here, if it is one of the `candidates`. */
export function synonym(key: string, candidates: readonly string[]): string | undefined {
  const known = SYNONYMS.get(key.toLowerCase());
  return known !== undefined && candidates.includes(known) ? known : undefined;
}
