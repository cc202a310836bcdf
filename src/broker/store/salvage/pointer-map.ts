import type { Image } from './image.ts';

/** https://www.sqlite.org/fileformat2.html#pointer_map_or_ptrmap_pages: every file of ours has it, for it shrinks. */
const ENTRY_BYTES = 5;
/** Deeper than a B-tree of any size. */
const MAX_DEPTH = 20;

const KIND = { root: 1, free: 2, overflow_first: 3, overflow_next: 4, tree: 5 } as const;

/** What the file says of each of its pages. */
export class PointerMap {
  readonly #image: Image;
  /** Pages that one page of the map describes. */
  readonly #described: number;
  #cached: { readonly number: number; readonly bytes: Buffer | undefined } | undefined;

  constructor(image: Image) {
    this.#image = image;
    this.#described = Math.floor(image.page_bytes / ENTRY_BYTES);
  }

  isMap(page: number): boolean {
    return (page - 2) % (this.#described + 1) === 0;
  }

  /** Whether rows can be on it: not free, not the continuation of a long row. True as well where the map cannot be read. */
  mayHaveRows(page: number): boolean {
    const kind = this.#entry(page)?.kind;
    return kind !== KIND.free && kind !== KIND.overflow_first && kind !== KIND.overflow_next;
  }

  /** The root of the tree that the page is in; undefined: the map cannot be read that far. */
  rootOf(page: number): number | undefined {
    let at = page;
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      const entry = this.#entry(at);
      if (entry?.kind === KIND.root) return at;
      if (entry?.kind !== KIND.tree) return undefined;
      at = entry.parent;
    }
    return undefined;
  }

  /** Whether a long row goes on from one page to the next. */
  continues(from: number, to: number, first: boolean): boolean {
    const entry = this.#entry(to);
    if (entry === undefined) return true;
    return entry.kind === (first ? KIND.overflow_first : KIND.overflow_next) && entry.parent === from;
  }

  #entry(page: number): { readonly kind: number; readonly parent: number } | undefined {
    if (page < 3 || this.isMap(page)) return undefined;
    const map = Math.floor((page - 2) / (this.#described + 1)) * (this.#described + 1) + 2;
    if (this.#cached?.number !== map) this.#cached = { number: map, bytes: this.#image.page(map) };
    const offset = (page - map - 1) * ENTRY_BYTES;
    const kind = this.#cached.bytes?.readUInt8(offset) ?? 0;
    if (kind < KIND.root || kind > KIND.tree) return undefined;
    return { kind, parent: this.#cached.bytes?.readUInt32BE(offset + 1) ?? 0 };
  }
}
