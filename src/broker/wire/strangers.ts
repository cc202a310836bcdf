import { LIMITS } from '../limits.ts';

/** What each may send however many others there are: a CONNECT with a token, a will and no more. */
const SHARE_BYTES = 8_192;

/** Bytes of those who have not been let in yet, all together. */
export class Strangers {
  #total = 0;

  change(bytes: number): void {
    this.#total += bytes;
  }

  /** Whether one of them that sent so many may go on. */
  takes(bytes: number): boolean {
    return bytes <= SHARE_BYTES || this.#total <= LIMITS.stranger_bytes;
  }
}
