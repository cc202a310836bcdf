/** What the maker measured of each chip and burnt into it [Bosch BST-BME280-DS002, table 16]. */
export interface Trimming {
  readonly t1: number;
  readonly t2: number;
  readonly t3: number;
  /** P1 to P9, from index 0 on. */
  readonly p: readonly [number, number, number, number, number, number, number, number, number];
  readonly h1: number;
  readonly h2: number;
  readonly h3: number;
  readonly h4: number;
  readonly h5: number;
  readonly h6: number;
}

/** Where they are: T1 to P9 and H1, then H2 to H6. */
export const FIRST_TRIMMING = { register: 0x88, length: 26 } as const;
export const SECOND_TRIMMING = { register: 0xe1, length: 7 } as const;

/** Words are little-endian; H4 and H5 share the register 0xE5, twelve bits with a sign each. */
export function readTrimming(first: Buffer, second: Buffer): Trimming {
  const word = (index: number): number => first.readInt16LE(6 + 2 * index);
  const shared = second.readUInt8(4);
  return {
    t1: first.readUInt16LE(0),
    t2: first.readInt16LE(2),
    t3: first.readInt16LE(4),
    p: [first.readUInt16LE(6), word(1), word(2), word(3), word(4), word(5), word(6), word(7), word(8)],
    h1: first.readUInt8(25),
    h2: second.readInt16LE(0),
    h3: second.readUInt8(2),
    h4: second.readInt8(3) * 16 + (shared & 0x0f),
    h5: second.readInt8(5) * 16 + (shared >> 4),
    h6: second.readInt8(6),
  };
}
