import type { SpiTransfer } from '../ports.ts';

/** A piece of a transfer: the bytes from `from` up to `to`. */
export interface Piece {
  /** Which transfer it is of. */
  readonly transfer: number;
  readonly from: number;
  readonly to: number;
  /** The device is deselected after it. */
  readonly deselect: boolean;
}

export interface Terms {
  /** Bytes that the kernel takes at once (`spidev.bufsiz`). */
  readonly limit_bytes: number;
  /** A message may end anywhere, which deselects the device. */
  readonly divisible: boolean;
}

/**
 * The kernel lays each transfer of a message on a line of its processor's cache [drivers/spi/spidev.c, spidev_message]: 128 bytes
 * is the longest that there is.
 */
const ALIGNMENT_BYTES = 128;

const room = (piece: Piece): number => Math.ceil((piece.to - piece.from) / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;

/**
 * What to hand to the kernel, message by message; the end of a message deselects the device, so a message ends only where that
 * may be. Undefined where something that must stay together is too long.
 */
export function messagesOf(transfers: readonly SpiTransfer[], terms: Terms): readonly (readonly Piece[])[] | undefined {
  const messages: Piece[][] = [];
  let left = 0;
  for (const frame of framesOf(transfers, terms)) {
    const needed = frame.reduce((sum, piece) => sum + room(piece), 0);
    if (needed > terms.limit_bytes) return undefined;
    if (needed > left) {
      messages.push([]);
      left = terms.limit_bytes;
    }
    messages.at(-1)?.push(...frame);
    left -= needed;
  }
  return messages;
}

/** The pieces that must follow each other with the device selected. */
function framesOf(transfers: readonly SpiTransfer[], { limit_bytes, divisible }: Terms): readonly Piece[][] {
  const frames: Piece[][] = [[]];
  for (const [transfer, { send, deselect = false }] of transfers.entries()) {
    const longest = divisible ? limit_bytes : send.length;
    for (let from = 0; from < send.length; from += longest) {
      const to = Math.min(from + longest, send.length);
      frames.at(-1)?.push({ transfer, from, to, deselect: deselect && to === send.length });
      if (divisible || deselect) frames.push([]);
    }
  }
  return frames.filter((frame) => frame.length > 0);
}
