import { isUtf8 } from 'node:buffer';
import { ProtocolFault } from '../fault.ts';
import { REASON } from '../reason.ts';

/**
 * Control characters and non-characters: the specification lets a receiver take them for malformed (MQTT 5.0, 1.5.4), as mosquitto
 * does in names; they would also reach the terminals of those who watch.
 */
const NOT_IN_A_NAME = /[\p{Cc}\p{NChar}]/u;

const malformed = (what: string) => new ProtocolFault(REASON.malformed_packet, what);

/** Reads the fields of one packet [MQTT 5.0, 1.5]. What does not fit is a ProtocolFault with reason 0x81. */
export class Reader {
  readonly #bytes: Buffer;
  #at: number;
  #end: number;

  constructor(bytes: Buffer, from: number) {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = bytes.length;
  }

  get remaining(): number {
    return this.#end - this.#at;
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined || this.#at >= this.#end) throw malformed('the packet ends early');
    this.#at++;
    return value;
  }

  uint16(): number {
    if (this.remaining < 2) throw malformed('the packet ends early');
    const value = this.#bytes.readUInt16BE(this.#at);
    this.#at += 2;
    return value;
  }

  uint32(): number {
    if (this.remaining < 4) throw malformed('the packet ends early');
    const value = this.#bytes.readUInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  /** A Variable Byte Integer in its shortest form [MQTT-1.5.5-1]. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (byte === 0 && shift > 0) throw malformed('a variable byte integer is longer than it needs to be');
        return value;
      }
    }
    throw malformed('a variable byte integer has more than 4 bytes');
  }

  /** A UTF-8 Encoded String: well formed [MQTT-1.5.4-1], no U+0000 [MQTT-1.5.4-2], a byte order mark kept [MQTT-1.5.4-3]. */
  string(): string {
    const { start, end } = this.#field();
    let ascii = true;
    for (let i = start; i < end; i++) {
      const byte = this.#bytes[i] ?? 0;
      if (byte === 0) throw malformed('a string has U+0000');
      if (byte >= 0x80) ascii = false;
    }
    if (ascii) return this.#bytes.toString('latin1', start, end);
    if (!isUtf8(this.#bytes.subarray(start, end))) throw malformed('a string is not UTF-8');
    return this.#bytes.toString('utf8', start, end);
  }

  /** A string that names something: a topic, a filter, a client, a user. */
  name(): string {
    const name = this.string();
    if (NOT_IN_A_NAME.test(name)) throw malformed('a name has a control character');
    return name;
  }

  /** Binary Data, copied: what is kept must not hold on to the whole chunk that the socket gave. */
  binary(): Buffer {
    const { start, end } = this.#field();
    return this.#copy(start, end);
  }

  /** All that is left, copied. */
  rest(): Buffer {
    const rest = this.#copy(this.#at, this.#end);
    this.#at = this.#end;
    return rest;
  }

  /** Reads a part of `length` bytes to its very end. */
  within<T>(length: number, read: () => T): T {
    if (length > this.remaining) throw malformed('the packet ends early');
    const outer = this.#end;
    this.#end = this.#at + length;
    const value = read();
    this.finish();
    this.#end = outer;
    return value;
  }

  /** Everything must have been read. */
  finish(): void {
    if (this.remaining !== 0) throw malformed('the packet is longer than what is in it');
  }

  #copy(start: number, end: number): Buffer {
    const copy = Buffer.allocUnsafe(end - start);
    this.#bytes.copy(copy, 0, start, end);
    return copy;
  }

  #field(): { start: number; end: number } {
    const length = this.uint16();
    if (length > this.remaining) throw malformed('a field is longer than the packet');
    const start = this.#at;
    this.#at += length;
    return { start, end: this.#at };
  }
}
