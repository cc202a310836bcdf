import { LINE_REQUEST_BYTES } from './ioctl.ts';

/**
 * struct gpio_v2_line_request [include/uapi/linux/gpio.h]: offsets[64], consumer[32], config, num_lines, event_buffer_size,
 * padding[5], fd.
 */
const CONSUMER = 256;
const CONFIG = 288;
const LINE_COUNT = 560;
const EVENT_BUFFER_SIZE = 564;
const FD = 588;

/**
 * Edges that the kernel keeps for one line until they are read; more than that drops the oldest, which the sequence numbers
 * show. 64 of 48 bytes each outlast 6 ms of the fastest bounce that contacts have (10 kHz), at 3 KiB a line.
 */
export const EVENT_BUFFER = 64;

/** Asks for lines, 64 at most; `config` is a struct gpio_v2_line_config. */
export function lineRequest(offsets: readonly number[], config: Buffer): Buffer {
  const structure = Buffer.alloc(LINE_REQUEST_BYTES);
  for (const [place, offset] of offsets.entries()) structure.writeUInt32LE(offset, place * 4);
  structure.write('pinbus', CONSUMER);
  config.copy(structure, CONFIG);
  structure.writeUInt32LE(offsets.length, LINE_COUNT);
  structure.writeUInt32LE(EVENT_BUFFER, EVENT_BUFFER_SIZE);
  return structure;
}

/** The descriptor that stands for the lines, once the kernel has answered. */
export const grantedFd = (structure: Buffer): number => structure.readInt32LE(FD);
