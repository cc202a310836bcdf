import type { Edge } from '../ports.ts';
import { processTime } from './kernel-clock.ts';

/** struct gpio_v2_line_event [include/uapi/linux/gpio.h]: timestamp_ns, id, offset, seqno, line_seqno, padding[6]. */
export const LINE_EVENT_BYTES = 48;
const ID = 8;
const LINE_SEQNO = 20;
/** GPIO_V2_LINE_EVENT_RISING_EDGE: inactive to active, so `active_low` is in it. */
const RISING = 1;

/**
 * The edges in what was read from a line. `seen` is the sequence number of the last edge before them (0: none); edges that
 * the kernel had no room for are missing in the sequence and counted on the next one. `late_ms` is how much later than the edge
 * the kernel notes it.
 */
export function readLineEvents(
  bytes: Buffer,
  seen: number,
  late_ms = 0,
): { readonly edges: readonly Edge[]; readonly seen: number } {
  let last = seen;
  const count = Math.floor(bytes.length / LINE_EVENT_BYTES);
  const edges = Array.from({ length: count }, (_, index) => {
    const event = bytes.subarray(index * LINE_EVENT_BYTES);
    const sequence = event.readUInt32LE(LINE_SEQNO);
    // A __u32 that starts again at 0.
    const missed = (sequence - last - 1) >>> 0;
    last = sequence;
    const level = event.readUInt32LE(ID) === RISING;
    const at_ms = processTime(event.readBigUInt64LE(0)) - late_ms;
    return missed === 0 ? { level, at_ms } : { level, at_ms, missed };
  });
  return { edges, seen: last };
}
