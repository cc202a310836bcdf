/** Numbers in a block: what is looked at in vain, at most, before the first row that was looked for. */
const NUMBERS = 256;

/** Rows of a block that are of one class, and that the same lanes want. */
export interface Part {
  /** As the column has it. */
  readonly class: number;
  /** Sum of 2**bit. */
  readonly wanted_by: number;
}

/** How many rows of a part there are, and what they take of the outbox's bound. */
export interface Sum extends Part {
  readonly rows: number;
  readonly bytes: number;
}

/** A row as a sum. */
export const SUM = 'class, wanted_by, 1 AS rows, bytes';

type Running = { -readonly [K in keyof Sum]: Sum[K] };

interface Block {
  /** Its numbers are those from `place * NUMBERS` on. */
  readonly place: number;
  readonly parts: Running[];
}

/** Numbers above `after`, up to `until`. */
export interface Stretch {
  readonly after: number;
  readonly until: number;
  /** Of what is looked for in its blocks. */
  readonly bytes: number;
}

/**
 * Where in the table `outbox` the rows of a class and of a lane are: an index in memory, for one on disk costs each commit a
 * page more. A message that few rows away from a million others is found without reading those.
 */
export class Blocks {
  /** In their order; none is empty. */
  readonly #blocks: Block[] = [];
  /** Of all blocks. */
  readonly #parts: Running[] = [];
  /** What the transaction changed. */
  #changes: (readonly [sequence: number, sum: Sum, sign: 1 | -1])[] = [];

  /** Found on disk: rows of the block that the number is in. */
  load(sequence: number, sum: Sum): void {
    this.#count(sequence, sum, 1);
  }

  /** Rows of the block that the number is in came. */
  add(sequence: number, sum: Sum): void {
    this.#count(sequence, sum, 1);
    this.#changes.push([sequence, sum, 1]);
  }

  remove(sequence: number, sum: Sum): void {
    this.#count(sequence, sum, -1);
    this.#changes.push([sequence, sum, -1]);
  }

  /** The rows are of another class now, or other lanes want them. */
  change(sequence: number, from: Sum, to: Part): void {
    this.remove(sequence, from);
    this.add(sequence, { ...from, ...to });
  }

  /** The transaction is over. */
  settle(kept: boolean): void {
    if (!kept)
      for (const [sequence, sum, sign] of this.#changes.toReversed()) this.#count(sequence, sum, sign === 1 ? -1 : 1);
    this.#changes = [];
  }

  /**
   * The next blocks with such rows, one behind the other with nothing else between, until they have that many of them. No row
   * looked for is above `after` and before the stretch. Undefined: there are no more.
   */
  stretch(after: number, rows: number, isLookedFor: (part: Part) => boolean): Stretch | undefined {
    // None at all is known without going through every block.
    if (!this.#parts.some(isLookedFor)) return undefined;
    let begin: number | undefined;
    let until = after;
    let [found, bytes] = [0, 0];
    for (let index = this.#indexOf(placeOf(after + 1)); found < rows; index++) {
      const block = this.#blocks[index];
      if (block === undefined) break;
      let here = 0;
      for (const part of block.parts) {
        if (!isLookedFor(part)) continue;
        here += part.rows;
        bytes += part.bytes;
      }
      if (here === 0 && begin !== undefined) break;
      if (here === 0) continue;
      begin ??= Math.max(after, block.place * NUMBERS - 1);
      until = (block.place + 1) * NUMBERS - 1;
      found += here;
    }
    return begin === undefined ? undefined : { after: begin, until, bytes };
  }

  /** What such rows take, in bytes. */
  bytesOf(isLookedFor: (part: Part) => boolean): number {
    let bytes = 0;
    for (const part of this.#parts) if (isLookedFor(part)) bytes += part.bytes;
    return bytes;
  }

  #count(sequence: number, sum: Sum, sign: 1 | -1): void {
    const place = placeOf(sequence);
    const index = this.#indexOf(place);
    let block = this.#blocks[index];
    if (block?.place !== place) {
      block = { place, parts: [] };
      this.#blocks.splice(index, 0, block);
    }
    count(block.parts, sum, sign);
    if (block.parts.length === 0) this.#blocks.splice(index, 1);
    count(this.#parts, sum, sign);
  }

  /** Of the first block at that place or behind it. */
  #indexOf(place: number): number {
    let [low, high] = [0, this.#blocks.length];
    // What comes and what goes is at the ends, mostly.
    if (high > 0 && (this.#blocks[high - 1]?.place ?? 0) <= place) low = high - 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.#blocks[middle]?.place ?? 0) < place) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** None of the parts is empty. */
function count(parts: Running[], { class: of, wanted_by, rows, bytes }: Sum, sign: 1 | -1): void {
  const part = parts.find((one) => one.class === of && one.wanted_by === wanted_by);
  if (part === undefined) {
    parts.push({ class: of, wanted_by, rows: sign * rows, bytes: sign * bytes });
    return;
  }
  part.rows += sign * rows;
  part.bytes += sign * bytes;
  if (part.rows === 0) parts.splice(parts.indexOf(part), 1);
}

const placeOf = (sequence: number): number => Math.floor(sequence / NUMBERS);

/** For GROUP BY: rows that this says the same of are of one block. */
export const BLOCK_OF = `sequence / ${NUMBERS}`;
export const firstOf = (block: number): number => block * NUMBERS;
