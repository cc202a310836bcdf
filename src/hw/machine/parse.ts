export interface Memory {
  readonly total_bytes: number;
  /** What programs can still get without swapping. */
  readonly available_bytes: number;
}

/** What slows the Pi down. */
export interface Throttling {
  readonly now: ThrottlingCauses;
  /** Now or before: how far back is up to who latched it. */
  readonly latched: ThrottlingCauses;
}

export interface ThrottlingCauses {
  readonly undervoltage: boolean;
  readonly frequency_capped: boolean;
  readonly throttled: boolean;
  readonly soft_temperature_limit: boolean;
}

/** The bits of the firmware's GET_THROTTLED: 0 to 3 for now, 16 to 19 for what it latched. */
export function parseThrottled(text: string): Throttling | undefined {
  const hex = /^\s*(?:0x)?([0-9a-f]{1,8})\s*$/i.exec(text)?.[1];
  if (hex === undefined) return undefined;
  const bits = Number.parseInt(hex, 16);
  return { now: causes(bits), latched: causes(bits | (bits >>> 16)) };
}

function causes(bits: number): ThrottlingCauses {
  return {
    undervoltage: (bits & 1) !== 0,
    frequency_capped: (bits & 2) !== 0,
    throttled: (bits & 4) !== 0,
    soft_temperature_limit: (bits & 8) !== 0,
  };
}

/** `/proc/meminfo`, whose kB are KiB. */
export function parseMeminfo(text: string): Memory | undefined {
  const kib = (key: string) => Number.parseInt(new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? '', 10);
  const total = kib('MemTotal');
  const available = kib('MemAvailable');
  if (!(total > 0) || !Number.isFinite(available)) return undefined;
  return { total_bytes: total * 1_024, available_bytes: available * 1_024 };
}

/**
 * dBm of the first interface that is connected, by `/proc/net/wireless` (net/wireless/wext-proc.c). A level that is not
 * negative has no unit, or there is no link; -256 stands for a level that the driver does not know.
 */
export function parseWireless(text: string): number | undefined {
  for (const [, level] of text.matchAll(/^ *\S+: +[0-9a-f]+ +-?\d+\.? +(-?\d+)\.? /gm)) {
    const dbm = Number(level);
    if (dbm < 0 && dbm > -256) return dbm;
  }
  return undefined;
}

/** `write_bytes` of `/proc/<pid>/io`: what went to the block layer, pages that were written twice counted twice. */
export function parseWritten(text: string): number | undefined {
  const bytes = /^write_bytes: (\d+)$/m.exec(text)?.[1];
  return bytes === undefined ? undefined : Number(bytes);
}
