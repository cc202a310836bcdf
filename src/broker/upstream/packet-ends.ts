/** Bytes of a remaining length at most [MQTT 5.0, 1.5.5]. */
const LENGTH_BYTES = 4;

/** Follows the packets in what arrives by their fixed headers [MQTT 5.0, 2.1], and keeps nothing of them. */
export class PacketEnds {
  /** Bytes until the next fixed header. */
  #rest = 0;
  /** Bytes of a fixed header that were seen; 0: none is being read. */
  #seen = 0;
  #length = 0;

  /** Whether the next byte is the first of a packet. */
  get isBetween(): boolean {
    return this.#rest === 0 && this.#seen === 0;
  }

  /** The remaining length of the packet that was followed last, as far as it is known. */
  get length(): number {
    return this.#length;
  }

  /** Where the packet ends that this byte of the chunk is of; the end of the chunk: it may go on in the next one. */
  after(chunk: Uint8Array, from: number): number {
    let at = from;
    if (this.isBetween) this.#length = 0;
    while (this.#rest === 0 && at < chunk.length) {
      const byte = chunk[at] ?? 0;
      at += 1;
      this.#seen += 1;
      if (this.#seen === 1) continue;
      this.#length += (byte & 0x7f) * 0x80 ** (this.#seen - 2);
      // What is no fixed header is for whoever parses.
      if (byte >= 0x80 && this.#seen <= LENGTH_BYTES) continue;
      this.#seen = 0;
      this.#rest = this.#length;
      if (this.#rest === 0) return at;
    }
    const passed = Math.min(this.#rest, chunk.length - at);
    this.#rest -= passed;
    return at + passed;
  }
}
