import type { InputSettings, Level, OutputSettings } from '../ports.ts';
import { ACTIVE_LOW, BIAS_FLAGS, DRIVE_FLAGS, EDGE_FALLING, EDGE_RISING, INPUT, OUTPUT } from './flags.ts';
import { LINE_CONFIG_BYTES } from './ioctl.ts';
import { ONLY_LINE } from './line-values.ts';

/**
 * struct gpio_v2_line_config [include/uapi/linux/gpio.h]: flags, num_attrs, padding[5], attrs[10] of { id, padding, value, mask }.
 * A line is the bit of its place in the request in every mask.
 */
const ATTRIBUTE_COUNT = 8;
const ATTRIBUTE = 32;
const VALUE = ATTRIBUTE + 8;
const MASK = ATTRIBUTE + 16;

/** GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES: the levels that the lines have from the first moment on. */
const OUTPUT_VALUES = 2;
/** GPIO_V2_LINE_ATTR_ID_DEBOUNCE: microseconds. */
const DEBOUNCE = 3;

/** An input that tells both edges. */
export function inputConfig({ active_low, bias, debounce_ms = 0 }: Omit<InputSettings, 'line'>): Buffer {
  const structure = config(INPUT | EDGE_RISING | EDGE_FALLING | BIAS_FLAGS[bias], active_low);
  if (debounce_ms > 0) setAttribute(structure, DEBOUNCE, BigInt(Math.round(debounce_ms * 1_000)), ONLY_LINE);
  return structure;
}

/** Outputs, by their place in the request, whose first levels come with them, so that they never have others. */
export function outputConfig(
  { active_low, drive }: Omit<OutputSettings, 'line' | 'initial'>,
  ...initial: readonly Level[]
): Buffer {
  const structure = config(OUTPUT | DRIVE_FLAGS[drive], active_low);
  const active = initial.reduce((bits, level, place) => (level ? bits | (1n << BigInt(place)) : bits), 0n);
  setAttribute(structure, OUTPUT_VALUES, active, (1n << BigInt(initial.length)) - 1n);
  return structure;
}

/** A line as it is: neither its direction nor its level is touched, and the level can be read. */
export const asIsConfig = ({ active_low }: Pick<OutputSettings, 'active_low'>): Buffer => config(0n, active_low);

function config(flags: bigint, active_low: boolean): Buffer {
  const structure = Buffer.alloc(LINE_CONFIG_BYTES);
  structure.writeBigUInt64LE(flags | (active_low ? ACTIVE_LOW : 0n));
  return structure;
}

function setAttribute(structure: Buffer, id: number, value: bigint, lines: bigint): void {
  structure.writeUInt32LE(1, ATTRIBUTE_COUNT);
  structure.writeUInt32LE(id, ATTRIBUTE);
  structure.writeBigUInt64LE(value, VALUE);
  structure.writeBigUInt64LE(lines, MASK);
}
