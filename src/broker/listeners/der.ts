/** Tags of X.690 that certificates and revocation lists are told apart by. */
export const TAG = { integer: 0x02, sequence: 0x30, version: 0xa0 } as const;

/** A value in DER. */
export interface Element {
  readonly tag: number;
  readonly content: Buffer;
  /** With its tag and length. */
  readonly whole: Buffer;
}

/** What is in a sequence, one after the other [X.690, 8.1]. Throws RangeError for what is cut off. */
export function elementsOf(der: Buffer): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < der.length; ) {
    const tag = der.readUInt8(at);
    const short = der.readUInt8(at + 1);
    const more = short < 0x80 ? 0 : short & 0x7f;
    const from = at + 2 + more;
    const to = from + (more === 0 ? short : der.readUIntBE(at + 2, more));
    if (to > der.length) throw new RangeError('a value in DER is longer than what it is in');
    elements.push({ tag, content: der.subarray(from, to), whole: der.subarray(at, to) });
    at = to;
  }
  return elements;
}
