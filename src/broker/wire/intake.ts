import { LIMITS } from '../limits.ts';
import { TYPE } from './codec/packet.ts';
import type { Strangers } from './strangers.ts';
import { type Frame, Framer } from './framer.ts';

/** What a packet that waits costs besides its bytes, so that small ones are not many. */
const FRAME_BYTES = 64;

const isPingreq = (frame: Frame): boolean => frame.bytes[0] === TYPE.pingreq;

/** Whether it is a PUBLISH of QoS 1 or 2, by its first byte [MQTT 5.0, 3.3.1]. */
function isToAcknowledge({ bytes }: Frame): boolean {
  const first = bytes[0] ?? 0;
  return (first & 0xf0) === TYPE.publish && (first & 0x06) !== 0;
}

/**
 * What a client sent and that is not handled yet, in its order. When it has as many messages unacknowledged as it may, the next
 * one waits and what came behind it too, but for its pings: a client that gets no PINGRESP takes the connection for dead.
 */
export class Intake {
  readonly #framer = new Framer();
  readonly #behind: Frame[] = [];
  readonly #strangers: Strangers;
  #bytes = 0;
  /** Bytes that it sent before it was let in; undefined from then on. */
  #strange: number | undefined = 0;

  constructor(strangers: Strangers) {
    this.#strangers = strangers;
  }

  /** Whether it is time to stop reading. */
  get full(): boolean {
    return this.#bytes >= LIMITS.behind_bytes;
  }

  /** Whether anything waits for an acknowledgement before it. */
  get waits(): boolean {
    return this.#behind.length > 0;
  }

  push(chunk: Buffer): void {
    this.#framer.push(chunk);
    if (this.#strange === undefined) return;
    this.#strange += chunk.length;
    this.#strangers.change(chunk.length);
  }

  /** Whether it is a stranger that sends more than there is room for. */
  get unbearable(): boolean {
    return this.#strange !== undefined && !this.#strangers.takes(this.#strange);
  }

  /** It was let in, or is gone. */
  settle(): void {
    this.#strangers.change(-(this.#strange ?? 0));
    this.#strange = undefined;
  }

  /** The next packet to handle, of at most so many bytes. `room`: one more message may be unacknowledged. Throws ProtocolFault. */
  next(maximum: number, room: boolean): Frame | undefined {
    const [oldest] = this.#behind;
    if (oldest !== undefined && (room || !isToAcknowledge(oldest))) {
      this.#behind.shift();
      this.#bytes -= oldest.bytes.length + FRAME_BYTES;
      return oldest;
    }
    while (!this.full) {
      const frame = this.#framer.next(maximum);
      if (frame === undefined || isPingreq(frame)) return frame;
      if (this.#behind.length === 0 && (room || !isToAcknowledge(frame))) return frame;
      this.#behind.push(frame);
      this.#bytes += frame.bytes.length + FRAME_BYTES;
    }
    return undefined;
  }
}
