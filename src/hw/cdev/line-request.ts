import type { InputSettings, Level, OutputSettings } from '../ports.ts';
import { ACTIVE_LOW, BIAS_FLAGS, DRIVE_FLAGS, EDGE_FALLING, EDGE_RISING, INPUT, OUTPUT } from './flags.ts';
import { LINE_REQUEST_BYTES } from './ioctl.ts';

/**
 * struct gpio_v2_line_request [include/uapi/linux/gpio.h]: offsets[64], consumer[32], config { flags, num_attrs, padding[5],
 * attrs[10] of { id, padding, value, mask } }, num_lines, event_buffer_size, padding[5], fd.
 */
const CONSUMER = 256;
const FLAGS = 288;
const ATTRIBUTE_COUNT = 296;
const ATTRIBUTE = 320;
const LINE_COUNT = 560;
const EVENT_BUFFER_SIZE = 564;
const FD = 588;

/** GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES: the levels that the lines have from the first moment on. */
const OUTPUT_VALUES = 2;
/** The request has one line, which is bit 0 of every mask. */
const FIRST_LINE = 1n;

/**
 * Edges that the kernel keeps for one line until they are read; more than that drops the oldest, which the sequence numbers
 * show. 64 of 48 bytes each outlast 6 ms of the fastest bounce that contacts have (10 kHz), at 3 KiB a line.
 */
export const EVENT_BUFFER = 64;

function request(offset: number, flags: bigint): Buffer {
  const structure = Buffer.alloc(LINE_REQUEST_BYTES);
  structure.writeUInt32LE(offset, 0);
  structure.write('pinbus', CONSUMER);
  structure.writeBigUInt64LE(flags, FLAGS);
  structure.writeUInt32LE(1, LINE_COUNT);
  return structure;
}

/** An input that tells both edges. */
export function inputRequest(offset: number, { active_low, bias }: InputSettings): Buffer {
  const flags = INPUT | EDGE_RISING | EDGE_FALLING | BIAS_FLAGS[bias] | (active_low ? ACTIVE_LOW : 0n);
  const structure = request(offset, flags);
  structure.writeUInt32LE(EVENT_BUFFER, EVENT_BUFFER_SIZE);
  return structure;
}

/** An output whose first level comes with the request, so that it never has another one. */
export function outputRequest(offset: number, { active_low, drive, initial }: OutputSettings): Buffer {
  const structure = request(offset, OUTPUT | DRIVE_FLAGS[drive] | (active_low ? ACTIVE_LOW : 0n));
  structure.writeUInt32LE(1, ATTRIBUTE_COUNT);
  structure.writeUInt32LE(OUTPUT_VALUES, ATTRIBUTE);
  structure.writeBigUInt64LE(bit(initial), ATTRIBUTE + 8);
  structure.writeBigUInt64LE(FIRST_LINE, ATTRIBUTE + 16);
  return structure;
}

const bit = (level: Level): bigint => (level ? FIRST_LINE : 0n);

/** The descriptor that stands for the line, once the kernel has answered. */
export const grantedFd = (structure: Buffer): number => structure.readInt32LE(FD);
