import { ProtocolFault } from './fault.ts';
import { REASON } from './reason.ts';

/** A whole packet and where its body begins. */
export interface Frame {
  readonly bytes: Buffer;
  readonly bodyAt: number;
}

const NOTHING = Buffer.alloc(0);

/**
 * Cuts what arrives into packets by their fixed header [MQTT 5.0, 2.1]. It is asked for one at a time, so that whoever has to
 * wait leaves the rest here, and it refuses a length above `maximum` before a byte of the body is kept.
 */
export class Framer {
  #chunks: Buffer[] = [];
  /** Where in the first chunk the next packet begins. */
  #at = 0;
  #held = 0;
  /** Bytes to wait for until it is worth looking again. */
  #needed = 2;

  /** How many bytes wait here. */
  get held(): number {
    return this.#held;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
  }

  /** The next whole packet, or undefined until more has arrived. Throws ProtocolFault. */
  next(maximum: number): Frame | undefined {
    if (this.#held < this.#needed) return undefined;
    let first = this.#chunks[0] ?? NOTHING;
    if (first.length - this.#at < this.#needed && this.#chunks.length > 1) first = this.#join();
    let length = 0;
    for (let at = 1; at <= 4; at++) {
      const byte = first[this.#at + at];
      if (byte === undefined) {
        this.#needed = at + 1;
        return undefined;
      }
      length |= (byte & 0x7f) << (7 * (at - 1));
      if (byte < 0x80) return this.#cut(first, at + 1, at + 1 + length, maximum);
    }
    // Where the next packet begins is not known any more, and so neither whom an answer would reach.
    throw new ProtocolFault(undefined, 'the remaining length has more than 4 bytes');
  }

  #cut(first: Buffer, bodyAt: number, size: number, maximum: number): Frame | undefined {
    if (size > maximum)
      throw new ProtocolFault(REASON.packet_too_large, `a packet of ${size} bytes, ${maximum} allowed`);
    if (this.#held < size) {
      this.#needed = size;
      return undefined;
    }
    const chunk = first.length - this.#at < size ? this.#join() : first;
    const start = this.#at;
    const end = start + size;
    this.#needed = 2;
    this.#held -= size;
    this.#at = end === chunk.length ? 0 : end;
    if (end === chunk.length) this.#chunks.shift();
    return { bytes: size === chunk.length ? chunk : chunk.subarray(start, end), bodyAt };
  }

  #join(): Buffer {
    const [first = NOTHING, ...others] = this.#chunks;
    const joined = Buffer.concat([first.subarray(this.#at), ...others], this.#held);
    this.#chunks = [joined];
    this.#at = 0;
    return joined;
  }
}
