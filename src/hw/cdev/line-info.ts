import { OUTPUT, USED } from './flags.ts';
import { LINE_INFO_BYTES } from './ioctl.ts';
import { NAME_BYTES, readName } from './text.ts';

const OFFSET = 2 * NAME_BYTES;
const FLAGS = OFFSET + 8;

/** struct gpio_v2_line_info [include/uapi/linux/gpio.h]. */
export interface LineRecord {
  readonly name: string;
  readonly direction: 'in' | 'out';
  /** Undefined for a free line; empty where the kernel holds it without saying for whom. */
  readonly consumer: string | undefined;
}

export function newLineInfo(offset: number): Buffer {
  const structure = Buffer.alloc(LINE_INFO_BYTES);
  structure.writeUInt32LE(offset, OFFSET);
  return structure;
}

export function readLineInfo(structure: Buffer): LineRecord {
  const flags = structure.readBigUInt64LE(FLAGS);
  return {
    name: readName(structure, 0),
    direction: (flags & OUTPUT) === 0n ? 'in' : 'out',
    consumer: (flags & USED) === 0n ? undefined : readName(structure, NAME_BYTES),
  };
}
