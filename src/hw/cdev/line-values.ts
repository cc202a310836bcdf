import type { Level } from '../ports.ts';
import { LINE_VALUES_BYTES } from './ioctl.ts';

/** struct gpio_v2_line_values [include/uapi/linux/gpio.h]: bits and mask, for a request of one line. */
export function newLineValues(level: Level = false): Buffer {
  const structure = Buffer.alloc(LINE_VALUES_BYTES);
  structure.writeBigUInt64LE(level ? 1n : 0n, 0);
  structure.writeBigUInt64LE(1n, 8);
  return structure;
}

export const readLineValues = (structure: Buffer): Level => structure.readBigUInt64LE(0) !== 0n;
