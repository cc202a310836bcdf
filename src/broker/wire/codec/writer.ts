/** Room for the fixed header in front of a body: a byte and at most 4 of remaining length. */
const HEADER = 5;

/** Characters; a text of more is left to Buffer, whose two calls out of JavaScript cost more than writing a short one does. */
const SHORT = 64;

/** How many bytes a Variable Byte Integer takes [MQTT 5.0, 1.5.5]. */
const varintSize = (value: number): number => (value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : 4);

/** Builds one packet: the body first, then the fixed header in front of it [MQTT 5.0, 2.1]. */
export class Writer {
  #bytes: Buffer;
  #at = HEADER;

  /** `room`: bytes that the packet will have, about. */
  constructor(room = 123) {
    this.#bytes = Buffer.allocUnsafe(HEADER + room);
  }

  /** How long the body is so far. */
  get length(): number {
    return this.#at - HEADER;
  }

  byte(value: number): this {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
    return this;
  }

  uint16(value: number): this {
    this.#reserve(2);
    this.#at = this.#bytes.writeUInt16BE(value, this.#at);
    return this;
  }

  uint32(value: number): this {
    this.#reserve(4);
    this.#at = this.#bytes.writeUInt32BE(value, this.#at);
    return this;
  }

  varint(value: number): this {
    this.#reserve(4);
    this.#at = putVarint(this.#bytes, this.#at, value);
    return this;
  }

  string(value: string): this {
    if (value.length <= SHORT && this.#plain(value)) return this;
    const length = Buffer.byteLength(value);
    this.uint16(length).#reserve(length);
    this.#at += this.#bytes.write(value, this.#at, length, 'utf8');
    return this;
  }

  binary(value: Buffer): this {
    return this.uint16(value.length).raw(value);
  }

  raw(value: Buffer): this {
    this.#reserve(value.length);
    this.#at += value.copy(this.#bytes, this.#at);
    return this;
  }

  /** What `list` writes, with its length in front [MQTT 5.0, 2.2.2.1]. */
  counted(list: (writer: this) => void): this {
    this.byte(0);
    const start = this.#at;
    list(this);
    const length = this.#at - start;
    const more = varintSize(length) - 1;
    if (more > 0) {
      this.#reserve(more);
      this.#bytes.copyWithin(start + more, start, this.#at);
      this.#at += more;
    }
    putVarint(this.#bytes, start - 1, length);
    return this;
  }

  /** The body alone. */
  body(): Buffer {
    return this.#bytes.subarray(HEADER, this.#at);
  }

  /** The packet, `extra` bytes of payload still to follow it counted. */
  packet(first: number, extra = 0): Buffer {
    const length = this.length + extra;
    const start = HEADER - 1 - varintSize(length);
    this.#bytes[start] = first;
    putVarint(this.#bytes, start + 1, length);
    return this.#bytes.subarray(start, this.#at);
  }

  /** False, and nothing is written: there is a character in it that takes more than a byte. */
  #plain(value: string): boolean {
    const { length } = value;
    this.#reserve(2 + length);
    const bytes = this.#bytes;
    let at = this.#at + 2;
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) return false;
      bytes[at++] = code;
    }
    bytes[this.#at] = 0;
    bytes[this.#at + 1] = length;
    this.#at = at;
    return true;
  }

  #reserve(length: number): void {
    const needed = this.#at + length;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

/** Returns where it ends. */
function putVarint(into: Buffer, at: number, value: number): number {
  let rest = value;
  let i = at;
  while (rest >= 0x80) {
    into[i++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  into[i++] = rest;
  return i;
}
