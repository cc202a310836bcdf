import { type Bytes, bytes, type Milliseconds, milliseconds } from '#topics';
import { z } from 'zod';

/**
 * The field schemas that configs are made of: platforms and every other section use the same ones, so that a duration
 * reads the same everywhere. Each says in its message what is allowed.
 */

const MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/;

/** `50ms`, `3s`, `1.5m`, `2h`, `7d`; undefined when the text is something else. Rounded to whole milliseconds. */
export function parseDuration(text: string): Milliseconds | undefined {
  const [, count, unit] = DURATION.exec(text) ?? [];
  if (count === undefined || unit === undefined || !isUnitOf(MS, unit)) return undefined;
  return milliseconds(Math.round(Number(count) * MS[unit]));
}

/** The shortest form that `parseDuration` reads back to the same value. `value` is a whole number >= 0. */
export function formatDuration(value: Milliseconds): string {
  if (value === 0) return '0s';
  for (const unit of ['d', 'h', 'm', 's'] as const) if (value % MS[unit] === 0) return `${value / MS[unit]}${unit}`;
  return `${value}ms`;
}

const BYTES = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 } as const;
const SIZE = /^(\d{1,9}(?:\.\d{1,3})?)(B|KiB|MiB|GiB|TiB)$/;

/** `512KiB`, `64MiB`, `1.5GiB`; undefined when the text is something else. Rounded to whole bytes. */
export function parseSize(text: string): Bytes | undefined {
  const [, count, unit] = SIZE.exec(text) ?? [];
  if (count === undefined || unit === undefined || !isUnitOf(BYTES, unit)) return undefined;
  return bytes(Math.round(Number(count) * BYTES[unit]));
}

/** The shortest form that `parseSize` reads back to the same value. `value` is a whole number >= 0. */
export function formatSize(value: Bytes): string {
  if (value === 0) return '0B';
  for (const unit of ['TiB', 'GiB', 'MiB', 'KiB'] as const) {
    if (value % BYTES[unit] === 0) return `${value / BYTES[unit]}${unit}`;
  }
  return `${value}B`;
}

function isUnitOf<T extends object>(units: T, unit: string): unit is string & keyof T {
  return Object.hasOwn(units, unit);
}

/** A duration between `min` and `max`, both in the config's own form and both allowed. */
export function duration(range: { readonly min?: string; readonly max?: string } = {}) {
  const min = parseDuration(range.min ?? '0s') ?? 0;
  const max = parseDuration(range.max ?? '365d') ?? Number.POSITIVE_INFINITY;
  const allowed = `${formatDuration(milliseconds(min))} to ${formatDuration(milliseconds(max))}`;
  return z
    .string()
    .regex(DURATION, { error: 'must be a duration such as 50ms, 3s, 5m, 2h or 7d', abort: true })
    .transform((text, context): Milliseconds => {
      const value = parseDuration(text);
      if (value !== undefined && value >= min && value <= max) return value;
      context.addIssue({ code: 'custom', message: `must be ${allowed}`, params: { code: 'CONFIG_OUT_OF_RANGE' } });
      return z.NEVER;
    })
    .meta({ title: `duration, ${allowed}`, description: `A duration, ${allowed}, such as 50ms, 3s, 5m, 2h, 7d` });
}

/** A size between `min` and `max`, both in the config's own form and both allowed. */
export function size(range: { readonly min?: string; readonly max?: string } = {}) {
  const min = parseSize(range.min ?? '0B') ?? 0;
  const max = parseSize(range.max ?? '1024TiB') ?? Number.POSITIVE_INFINITY;
  const allowed = `${formatSize(bytes(min))} to ${formatSize(bytes(max))}`;
  return z
    .string()
    .regex(SIZE, { error: 'must be a size such as 512KiB, 64MiB or 2GiB', abort: true })
    .transform((text, context): Bytes => {
      const value = parseSize(text);
      if (value !== undefined && value >= min && value <= max) return value;
      context.addIssue({ code: 'custom', message: `must be ${allowed}`, params: { code: 'CONFIG_OUT_OF_RANGE' } });
      return z.NEVER;
    })
    .meta({ title: `size, ${allowed}`, description: `A size, ${allowed}, such as 512KiB, 64MiB, 2GiB` });
}

const LINE_EXPECTED = 'must be a BCM number such as 23 or a line name such as GPIO23';

/** A line: its offset on the header's chip, which is the BCM number on every Pi, or the name that the kernel gives it. */
export const line = z
  .union([z.int().min(0).max(511), z.string().regex(/^[A-Za-z][\w.-]{0,31}$/, { error: LINE_EXPECTED })], {
    error: LINE_EXPECTED,
  })
  .meta({ description: 'BCM number of the line, or its name such as GPIO23' });

export const activeLow = z.boolean().default(false).meta({ description: 'True: the low level is the active one' });

export const bias = z
  .enum(['as_is', 'disabled', 'pull_up', 'pull_down'])
  .default('as_is')
  .meta({ description: 'The resistor inside the chip; as_is leaves what the firmware chose' });

export const drive = z
  .enum(['push_pull', 'open_drain', 'open_source'])
  .default('push_pull')
  .meta({ description: 'How the line is driven' });

/** Not zero by default: a line that nothing is connected to would else flood the bus with its noise. */
export const debounce = duration({ max: '10s' })
  .prefault('10ms')
  .meta({ description: 'A change counts once the line was still for so long' });

/** What each entity has, whatever its platform. `id` is checked against the reserved ones where the whole config is. */
export const common = {
  id: z
    .string()
    .regex(/^[a-z0-9_-]{1,64}$/, { error: 'must be 1 to 64 of a-z, 0-9, _ and -' })
    .meta({ description: 'The entity in every topic; unique in the node' }),
  name: z
    .string()
    .min(1)
    .max(120)
    .nullable()
    .exactOptional()
    .meta({ description: "As Home Assistant shows it, made from the id when missing; null: the device's own name" }),
  icon: z
    .string()
    .regex(/^[a-z0-9-]+:[a-z0-9-]+$/, { error: 'must be a prefix and a name such as mdi:lamp' })
    .exactOptional()
    .meta({ description: 'Icon in Home Assistant, such as mdi:lamp' }),
  enabled_by_default: z
    .boolean()
    .default(true)
    .meta({ description: 'False: Home Assistant registers the entity switched off' }),
};

/** For what is controlled: `config` sets the device up, `diagnostic` tells about it. */
export const entityCategory = z
  .enum(['config', 'diagnostic'])
  .exactOptional()
  .meta({ description: "Home Assistant's entity category" });

/** For what only reports: Home Assistant refuses `config` on it. */
export const diagnosticCategory = z
  .enum(['diagnostic'])
  .exactOptional()
  .meta({ description: "Home Assistant's entity category" });
