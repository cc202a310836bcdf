import { readSync } from 'node:fs';

/** The write-ahead log, as https://www.sqlite.org/fileformat2.html#walformat has it. */
const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** In the file's header; the last bit says that the checksums are of big-endian words. */
const MAGIC = 0x377f0682;

export interface Wal {
  /** Where the newest committed image of a page begins in the file. */
  readonly pages: ReadonlyMap<number, number>;
  /** Pages of the database after the last commit; 0: there was none. */
  readonly database_pages: number;
  /** A frame in the middle cannot be read. SQLite would take the log to end there, and forget what was committed after it. */
  readonly damaged: boolean;
}

interface Frame {
  readonly page: number;
  readonly offset: number;
  /** Not 0: a commit, after which the database has so many pages. */
  readonly database_pages: number;
}

export const EMPTY_WAL: Wal = { pages: new Map(), database_pages: 0, damaged: false };

/** As the header says; undefined: that cannot be read. */
export function logPageBytes(file: number): number | undefined {
  const header = Buffer.alloc(HEADER_BYTES);
  readSync(file, header, 0, HEADER_BYTES, 0);
  return isHeader(header) ? header.readUInt32BE(8) : undefined;
}

/**
 * Reads what is there, behind damage as well: the checksum of each frame begins with that of the frame before it, so each
 * can be proved as long as the head of its neighbour is there.
 */
export function readWal(file: number, size: number, page_bytes: number): Wal {
  const frame_bytes = FRAME_HEADER_BYTES + page_bytes;
  if (size < HEADER_BYTES) return { ...EMPTY_WAL, damaged: size > 0 };
  const header = Buffer.alloc(HEADER_BYTES);
  readSync(file, header, 0, HEADER_BYTES, 0);
  const sound = isHeader(header) && header.readUInt32BE(8) === page_bytes;
  let salts = sound ? header.subarray(16, 24) : undefined;
  let before: Checksum | undefined = sound ? checksumAt(header, 24) : undefined;
  const frames: Frame[] = [];
  let broken = !sound;
  let commits_behind = 0;
  for (let offset = HEADER_BYTES; offset + frame_bytes <= size; offset += frame_bytes) {
    const frame = Buffer.alloc(frame_bytes);
    readSync(file, frame, 0, frame_bytes, offset);
    const proved = before !== undefined && isProved(frame, before);
    before = checksumAt(frame, 16);
    // Without a header the first frame that can be proved tells which salts are those of this log.
    if (proved) salts ??= frame.subarray(8, 16);
    if (!proved || salts === undefined || !frame.subarray(8, 16).equals(salts)) {
      broken = true;
      continue;
    }
    const database_pages = frame.readUInt32BE(4);
    if (broken && database_pages > 0) commits_behind += 1;
    frames.push({ page: frame.readUInt32BE(0), offset: offset + FRAME_HEADER_BYTES, database_pages });
  }
  return { ...committed(frames), damaged: commits_behind > (sound ? 1 : 0) };
}

/** What follows the last commit was never acknowledged. */
function committed(frames: readonly Frame[]): Pick<Wal, 'pages' | 'database_pages'> {
  const pages = new Map<number, number>();
  const last = frames.findLastIndex(({ database_pages }) => database_pages > 0);
  for (const { page, offset } of frames.slice(0, last + 1)) pages.set(page, offset);
  return { pages, database_pages: frames[last]?.database_pages ?? 0 };
}

type Checksum = readonly [number, number];

const checksumAt = (bytes: Buffer, offset: number): Checksum => [
  bytes.readUInt32BE(offset),
  bytes.readUInt32BE(offset + 4),
];

function isHeader(header: Buffer): boolean {
  const sum = checksum(header, 0, 24, [0, 0]);
  return header.readUInt32BE(0) === MAGIC && isSame(sum, checksumAt(header, 24));
}

function isProved(frame: Buffer, before: Checksum): boolean {
  const head = checksum(frame, 0, 8, before);
  return isSame(checksum(frame, FRAME_HEADER_BYTES, frame.length, head), checksumAt(frame, 16));
}

const isSame = (a: Checksum, b: Checksum): boolean => a[0] === b[0] && a[1] === b[1];

/** Of little-endian words, which is what every Raspberry Pi and PC has. */
function checksum(bytes: Buffer, from: number, to: number, before: Checksum): Checksum {
  let [first, second] = before;
  for (let at = from; at < to; at += 8) {
    first = (first + bytes.readUInt32LE(at) + second) >>> 0;
    second = (second + bytes.readUInt32LE(at + 4) + first) >>> 0;
  }
  return [first, second];
}
