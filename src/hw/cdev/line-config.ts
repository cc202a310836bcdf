import type { InputSettings, Level, OutputSettings } from '../ports.ts';
import { ACTIVE_LOW, BIAS_FLAGS, DRIVE_FLAGS, EDGE_FALLING, EDGE_RISING, INPUT, OUTPUT } from './flags.ts';
import { LINE_CONFIG_BYTES } from './ioctl.ts';

/**
 * struct gpio_v2_line_config [include/uapi/linux/gpio.h]: flags, num_attrs, padding[5], attrs[10] of { id, padding, value, mask }.
 * For a request of one line, which is bit 0 of every mask.
 */
const ATTRIBUTE_COUNT = 8;
const ATTRIBUTE = 32;
const VALUE = ATTRIBUTE + 8;
const MASK = ATTRIBUTE + 16;
const FIRST_LINE = 1n;

/** GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES: the levels that the lines have from the first moment on. */
const OUTPUT_VALUES = 2;
/** GPIO_V2_LINE_ATTR_ID_DEBOUNCE: microseconds. */
const DEBOUNCE = 3;

/** An input that tells both edges. */
export function inputConfig({ active_low, bias, debounce_ms = 0 }: Omit<InputSettings, 'line'>): Buffer {
  const structure = config(INPUT | EDGE_RISING | EDGE_FALLING | BIAS_FLAGS[bias], active_low);
  if (debounce_ms > 0) setAttribute(structure, DEBOUNCE, BigInt(Math.round(debounce_ms * 1_000)));
  return structure;
}

/** An output whose first level comes with it, so that it never has another one. */
export function outputConfig({ active_low, drive }: Omit<OutputSettings, 'line' | 'initial'>, initial: Level): Buffer {
  const structure = config(OUTPUT | DRIVE_FLAGS[drive], active_low);
  setAttribute(structure, OUTPUT_VALUES, initial ? FIRST_LINE : 0n);
  return structure;
}

/** A line as it is: neither its direction nor its level is touched, and the level can be read. */
export const asIsConfig = ({ active_low }: Pick<OutputSettings, 'active_low'>): Buffer => config(0n, active_low);

function config(flags: bigint, active_low: boolean): Buffer {
  const structure = Buffer.alloc(LINE_CONFIG_BYTES);
  structure.writeBigUInt64LE(flags | (active_low ? ACTIVE_LOW : 0n));
  return structure;
}

function setAttribute(structure: Buffer, id: number, value: bigint): void {
  structure.writeUInt32LE(1, ATTRIBUTE_COUNT);
  structure.writeUInt32LE(id, ATTRIBUTE);
  structure.writeBigUInt64LE(value, VALUE);
  structure.writeBigUInt64LE(FIRST_LINE, MASK);
}
