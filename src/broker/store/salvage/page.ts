import { readSync } from 'node:fs';
import { OLDER_PAGE_BYTES, PAGE_BYTES } from '../page-size.ts';
import { logPageBytes, readWal } from './wal.ts';

/** An open file, and how long it is in bytes. */
export interface OpenFile {
  readonly file: number;
  readonly bytes: number;
}

/** Of every file that this project made. */
const SIZES = [PAGE_BYTES, OLDER_PAGE_BYTES] as const;
/** So many pages tell of which size they are. */
const ENOUGH = 2_000;

/** How large the pages are: by the header of the file or of its log, or else by what looks like pages of that size. */
export function pageBytesOf(database: OpenFile, log: OpenFile | undefined): number {
  const said = [headerPageBytes(database), log && logPageBytes(log.file)];
  const known = SIZES.find((size) => said.includes(size));
  if (known !== undefined) return known;
  const evidence = SIZES.map(
    (size) => (log === undefined ? 0 : readWal(log.file, log.bytes, size).pages.size) + trees(database, size),
  );
  return SIZES[evidence.indexOf(Math.max(...evidence))] ?? PAGE_BYTES;
}

/** https://www.sqlite.org/fileformat2.html#the_database_header */
function headerPageBytes({ file }: OpenFile): number | undefined {
  const header = Buffer.alloc(18);
  readSync(file, header, 0, header.length, 0);
  return header.subarray(0, 15).toString('latin1') === 'SQLite format 3' ? header.readUInt16BE(16) : undefined;
}

/** B-tree pages begin with one of four numbers. */
export const isTree = (page: Buffer | undefined): boolean =>
  page !== undefined && [2, 5, 10, 13].includes(page.readUInt8(0));

/** Pages of rows that are sound as pages of that size. */
function trees({ file, bytes }: OpenFile, page_bytes: number): number {
  const page = Buffer.alloc(page_bytes);
  let found = 0;
  for (let at = 0, looked = 0; at + page_bytes <= bytes && looked < ENOUGH; at += page_bytes, looked++) {
    readSync(file, page, 0, page_bytes, at);
    if (isTree(page) && holdsItsCells(page)) found += 1;
  }
  return found;
}

function holdsItsCells(page: Buffer): boolean {
  const header_bytes = page.readUInt8(0) < 8 ? 12 : 8;
  const cells = page.readUInt16BE(3);
  const end = header_bytes + cells * 2;
  if (cells === 0 || end > page.length) return false;
  for (let at = header_bytes; at < end; at += 2) {
    const cell = page.readUInt16BE(at);
    if (cell < end || cell >= page.length) return false;
  }
  return true;
}
