import { LINE_VALUES_BYTES } from './ioctl.ts';

/** struct gpio_v2_line_values [include/uapi/linux/gpio.h]: bits and mask, where a line's bit is its place in the request. */
export function newLineValues(lines: bigint, active = 0n): Buffer {
  const structure = Buffer.alloc(LINE_VALUES_BYTES);
  structure.writeBigUInt64LE(active, 0);
  structure.writeBigUInt64LE(lines, 8);
  return structure;
}

/** The lines that are active. */
export const readLineValues = (structure: Buffer): bigint => structure.readBigUInt64LE(0);

/** Of a request of one line. */
export const ONLY_LINE = 1n;
