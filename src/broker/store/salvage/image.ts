import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { pageBytesOf } from './page.ts';
import { EMPTY_WAL, readWal, type Wal } from './wal.ts';

/** The pages of a database as of its last commit that can be read: what is in the log goes before what is in the file. */
export class Image {
  readonly #file: number;
  readonly #log: number | undefined;
  readonly #wal: Wal;
  /** Of each page. */
  readonly page_bytes: number;
  /** Pages there are, read or not; they count from 1. */
  readonly pages: number;

  constructor(path: string) {
    // A log may have outlived its file.
    this.#file = openSync(path, 'a+');
    const log_bytes = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    this.#log = log_bytes > 0 ? openSync(`${path}-wal`, 'r') : undefined;
    const bytes = statSync(path).size;
    this.page_bytes = pageBytesOf(
      { file: this.#file, bytes },
      this.#log === undefined ? undefined : { file: this.#log, bytes: log_bytes },
    );
    this.#wal = this.#log === undefined ? EMPTY_WAL : readWal(this.#log, log_bytes, this.page_bytes);
    const in_file = Math.floor(bytes / this.page_bytes);
    this.pages = this.#wal.database_pages > 0 ? this.#wal.database_pages : in_file;
  }

  /** Undefined: it is not there. */
  page(number: number): Buffer | undefined {
    if (number < 1 || number > this.pages) return undefined;
    const bytes = Buffer.alloc(this.page_bytes);
    const offset = this.#wal.pages.get(number);
    const read =
      this.#log !== undefined && offset !== undefined
        ? readSync(this.#log, bytes, 0, this.page_bytes, offset)
        : readSync(this.#file, bytes, 0, this.page_bytes, (number - 1) * this.page_bytes);
    return read === this.page_bytes ? bytes : undefined;
  }

  close(): void {
    closeSync(this.#file);
    if (this.#log !== undefined) closeSync(this.#log);
  }
}
