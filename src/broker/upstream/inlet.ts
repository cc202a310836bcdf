import type { Duplex } from 'node:stream';
import { BrokerError } from '../errors.ts';
import { TYPE } from '../wire/codec/packet.ts';
import { isTaken } from './faults.ts';
import { PacketEnds } from './packet-ends.ts';

/**
 * Bytes of the longest packet that we take in. An upstream of MQTT 5 is told and sends none that is longer [MQTT-3.1.2-24]; in
 * 3.1.1 there is no word for it.
 */
export const MAXIMUM_PACKET_SIZE = 16 * 1024 * 1024;

/**
 * Bytes of the packet there, if it is the PUBACK of a message that was taken and says no more; else 0. Two bytes follow its fixed
 * header, and in MQTT 5 the reason code and the length of no properties may (3.4.2).
 */
function takenBytes(chunk: Buffer, at: number): number {
  const length = chunk[at + 1] ?? 0;
  if (chunk[at] !== TYPE.puback || at + 2 + length > chunk.length) return 0;
  const isPlain =
    length === 2 || ((length === 3 || (length === 4 && chunk[at + 5] === 0)) && isTaken(chunk[at + 4] ?? 0xff));
  return isPlain ? 2 + length : 0;
}

/**
 * What an upstream sends, on its way to mqtt.js. PUBACKs that say that all is well are told of here by the hundred: as packets
 * of mqtt.js each costs several times what encoding its message does. And mqtt.js collects a packet whole, of up to 256 MiB; its
 * length is known before its first byte is.
 */
export class Inlet {
  /** These packet identifiers were acknowledged. */
  onTaken: (identifiers: readonly number[]) => void = () => {};
  readonly #onTooLong: (fault: BrokerError) => void;
  readonly #ends = new PacketEnds();

  constructor(onTooLong: (fault: BrokerError) => void) {
    this.#onTooLong = onTooLong;
  }

  /** Before the first byte came. */
  attach(stream: Duplex): void {
    const push = stream.push.bind(stream);
    stream.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
      if (!(chunk instanceof Buffer)) return push(chunk, encoding);
      const rest = this.take(chunk);
      // The source goes on, as if all of it had been read.
      return rest === undefined || push(rest);
    };
  }

  /** Gives what is for mqtt.js; undefined: nothing. */
  take(chunk: Buffer): Buffer | undefined {
    const taken: number[] = [];
    const others: Buffer[] = [];
    for (let at = 0; at < chunk.length; ) {
      const bytes = this.#ends.isBetween ? takenBytes(chunk, at) : 0;
      if (bytes > 0) {
        taken.push(chunk.readUInt16BE(at + 2));
        at += bytes;
        continue;
      }
      const from = at;
      at = this.#ends.after(chunk, from);
      if (this.#ends.length > MAXIMUM_PACKET_SIZE) {
        const what = `a packet of ${this.#ends.length} bytes, and ${MAXIMUM_PACKET_SIZE} are allowed`;
        this.#onTooLong(new BrokerError('UPSTREAM_PROTOCOL', `the upstream sent ${what}`));
        return undefined;
      }
      others.push(chunk.subarray(from, at));
    }
    if (taken.length > 0) this.onTaken(taken);
    return others.length <= 1 ? others[0] : Buffer.concat(others);
  }
}
