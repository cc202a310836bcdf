/** Numbers in a block: what is looked at in vain, at most, before the first row that was looked for. */
const NUMBERS = 256;

/** Rows of a block that are of one class, and that the same lanes want. */
export interface Part {
  /** As the column has it. */
  readonly class: number;
  /** Sum of 2**bit. */
  readonly wanted_by: number;
}

interface Block {
  /** Its numbers are those from `place * NUMBERS` on. */
  readonly place: number;
  readonly parts: (Part & { rows: number })[];
}

/** Numbers above `after`, up to `until`. */
export interface Stretch {
  readonly after: number;
  readonly until: number;
}

/**
 * Where in the table `outbox` the rows of a class and of a lane are: an index in memory, for one on disk costs each commit a
 * page more. A message that few rows away from a million others is found without reading those.
 */
export class Blocks {
  /** In their order; none is empty. */
  readonly #blocks: Block[] = [];
  /** What the transaction changed. */
  #changes: (readonly [sequence: number, part: Part, rows: number])[] = [];

  /** Found on disk: rows of the block that the number is in. */
  load(sequence: number, part: Part, rows: number): void {
    this.#count(sequence, part, rows);
  }

  add(sequence: number, part: Part): void {
    this.#count(sequence, part, 1);
    this.#changes.push([sequence, part, 1]);
  }

  remove(sequence: number, part: Part): void {
    this.#count(sequence, part, -1);
    this.#changes.push([sequence, part, -1]);
  }

  /** The row is of another class now, or other lanes want it. */
  change(sequence: number, from: Part, to: Part): void {
    this.remove(sequence, from);
    this.add(sequence, to);
  }

  /** The transaction is over. */
  settle(kept: boolean): void {
    if (!kept) for (const [sequence, part, rows] of this.#changes.toReversed()) this.#count(sequence, part, -rows);
    this.#changes = [];
  }

  /**
   * The next blocks with such rows, one behind the other with nothing else between, until they have that many of them. No row
   * looked for is above `after` and before the stretch. Undefined: there are no more.
   */
  stretch(after: number, rows: number, isLookedFor: (part: Part) => boolean): Stretch | undefined {
    let begin: number | undefined;
    let until = after;
    let found = 0;
    for (let index = this.#indexOf(placeOf(after + 1)); found < rows; index++) {
      const block = this.#blocks[index];
      if (block === undefined) break;
      let here = 0;
      for (const part of block.parts) if (isLookedFor(part)) here += part.rows;
      if (here === 0 && begin !== undefined) break;
      if (here === 0) continue;
      begin ??= Math.max(after, block.place * NUMBERS - 1);
      until = (block.place + 1) * NUMBERS - 1;
      found += here;
    }
    return begin === undefined ? undefined : { after: begin, until };
  }

  #count(sequence: number, { class: of, wanted_by }: Part, rows: number): void {
    const place = placeOf(sequence);
    const index = this.#indexOf(place);
    let block = this.#blocks[index];
    if (block?.place !== place) {
      block = { place, parts: [] };
      this.#blocks.splice(index, 0, block);
    }
    const part = block.parts.find((one) => one.class === of && one.wanted_by === wanted_by);
    if (part === undefined) {
      block.parts.push({ class: of, wanted_by, rows });
      return;
    }
    part.rows += rows;
    if (part.rows !== 0) return;
    block.parts.splice(block.parts.indexOf(part), 1);
    if (block.parts.length === 0) this.#blocks.splice(index, 1);
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

const placeOf = (sequence: number): number => Math.floor(sequence / NUMBERS);

/** For GROUP BY: rows that this says the same of are of one block. */
export const BLOCK_OF = `sequence / ${NUMBERS}`;
export const firstOf = (block: number): number => block * NUMBERS;
