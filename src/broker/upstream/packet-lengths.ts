/** Bytes of a remaining length at most [MQTT 5.0, 1.5.5]. */
const LENGTH_BYTES = 4;

/** Follows the packets in what arrives by their fixed headers [MQTT 5.0, 2.1], and keeps nothing of them. */
export class PacketLengths {
  /** Bytes until the next fixed header. */
  #rest = 0;
  /** Bytes of a fixed header that were seen; 0: none is being read. */
  #seen = 0;
  #length = 0;

  /** The longest remaining length that began in this chunk. What is no fixed header is for whoever parses. */
  longest(chunk: Uint8Array): number {
    let longest = 0;
    for (let at = 0; at < chunk.length; ) {
      if (this.#rest > 0) {
        const passed = Math.min(this.#rest, chunk.length - at);
        this.#rest -= passed;
        at += passed;
        continue;
      }
      const byte = chunk[at] ?? 0;
      at += 1;
      this.#seen += 1;
      if (this.#seen === 1) continue;
      this.#length += (byte & 0x7f) * 0x80 ** (this.#seen - 2);
      if (byte >= 0x80 && this.#seen <= LENGTH_BYTES) continue;
      longest = Math.max(longest, this.#length);
      this.#rest = this.#length;
      this.#seen = 0;
      this.#length = 0;
    }
    return longest;
  }
}
