import type { Image } from './image.ts';
import type { PointerMap } from './pointer-map.ts';
import { decodeRecord, type Value, varint } from './record.ts';

/** A row as a page has it. */
export interface Cell {
  /** Undefined: of a table WITHOUT ROWID, or an index. */
  readonly rowid: number | undefined;
  readonly values: readonly Value[];
}

/** https://www.sqlite.org/fileformat2.html#b_tree_pages, of those that have rows. */
const KINDS = {
  13: { has_rowid: true, header_bytes: 8, child_bytes: 0 },
  10: { has_rowid: false, header_bytes: 8, child_bytes: 0 },
  2: { has_rowid: false, header_bytes: 12, child_bytes: 4 },
} as const;
type Kind = (typeof KINDS)[keyof typeof KINDS];

/** A part of a page, as a row that does not fit is divided. */
const share = (page_bytes: number, of_255: number): number => Math.floor(((page_bytes - 12) * of_255) / 255) - 23;
/** An MQTT packet has 256 MiB at most. */
const MAX_ROW_BYTES = 300 * 1024 * 1024;

const kindOf = (page: Buffer): Kind | undefined => KINDS[page.readUInt8(0) as keyof typeof KINDS];

/** The rows of a page that can be read. What is no page of rows has none. */
export function cellsOf(number: number, image: Image, map: PointerMap): Cell[] {
  const page = image.page(number);
  const kind = page && kindOf(page);
  if (page === undefined || kind === undefined) return [];
  const count = page.readUInt16BE(3);
  if (kind.header_bytes + count * 2 > page.length) return [];
  const cells: Cell[] = [];
  for (let i = 0; i < count; i++) {
    const at = page.readUInt16BE(kind.header_bytes + i * 2);
    const cell = cellAt({ number, page, at: at + kind.child_bytes, kind }, image, map);
    if (cell !== undefined) cells.push(cell);
  }
  return cells;
}

interface Place {
  readonly number: number;
  readonly page: Buffer;
  readonly at: number;
  readonly kind: Kind;
}

function cellAt({ number, page, at, kind }: Place, image: Image, map: PointerMap): Cell | undefined {
  const size = varint(page, at);
  const rowid = size && kind.has_rowid ? varint(page, size.end) : undefined;
  if (size === undefined || (kind.has_rowid && rowid === undefined) || size.value > MAX_ROW_BYTES) return undefined;
  const begin = rowid?.end ?? size.end;
  const local = localBytes(size.value, kind, page.length);
  if (begin + local > page.length) return undefined;
  const parts = [page.subarray(begin, begin + local)];
  if (local < size.value) {
    if (begin + local + 4 > page.length) return undefined;
    const rest = overflow(number, page.readUInt32BE(begin + local), size.value - local, image, map);
    if (rest === undefined) return undefined;
    parts.push(...rest);
  }
  const values = decodeRecord(Buffer.concat(parts));
  return values && { rowid: rowid?.value, values };
}

/** How much of a row is on its page, when it does not fit. */
function localBytes(size: number, kind: Kind, page_bytes: number): number {
  const max_local = kind.has_rowid ? page_bytes - 35 : share(page_bytes, 64);
  if (size <= max_local) return size;
  const min_local = share(page_bytes, 32);
  const surplus = min_local + ((size - min_local) % (page_bytes - 4));
  return surplus <= max_local ? surplus : min_local;
}

/** The rest of a long row. Undefined: the chain of its pages is broken. */
function overflow(owner: number, first: number, size: number, image: Image, map: PointerMap): Buffer[] | undefined {
  const parts: Buffer[] = [];
  let missing = size;
  let from = owner;
  let at = first;
  while (missing > 0) {
    const page = image.page(at);
    if (page === undefined || !map.continues(from, at, from === owner)) return undefined;
    parts.push(page.subarray(4, 4 + missing));
    missing -= Math.min(missing, page.length - 4);
    from = at;
    at = page.readUInt32BE(0);
  }
  return at === 0 ? parts : undefined;
}
