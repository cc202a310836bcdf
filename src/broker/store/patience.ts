/** How long a commit waits for company, in milliseconds; half of it is for those who come early. */
export const WAIT_MS = 12;
/** Between two tries while it does not pay, in milliseconds. */
const TRY_MS = 500;
/** Commits between two tries, at least: whoever writes now and then is not made to wait for nobody. */
const DENSE = 16;
/** A try that paid is good for so many waits that do not, and after others that paid for so many at most. */
const CREDIT = 4;
const MOST_CREDIT = 16;

/**
 * Whether a commit waits for company before it goes. It writes whole pages, and at a thousand messages a second a fast disk
 * would take two with each, at forty bytes a byte. Waiting is only for writes that keep coming although none is answered:
 * those who wait for their answers before they write more come early, at once when they were answered, and not late.
 */
export class Patience {
  #credit = 0;
  #since_ms = 0;
  #commits = 0;

  /** A commit is about to go; `now_ms` is monotonic. */
  waits(now_ms: number): boolean {
    this.#commits += 1;
    if (this.#credit > 0) return true;
    if (now_ms - this.#since_ms < TRY_MS) return false;
    const tries = this.#commits >= DENSE;
    this.#since_ms = now_ms;
    this.#commits = 0;
    return tries;
  }

  /** It waited: so many calls were there after half of the time, and so many more came in the rest. */
  waited(early: number, late: number): void {
    if (late * 3 >= early) this.#credit = Math.min(this.#credit + (this.#credit === 0 ? CREDIT : 1), MOST_CREDIT);
    else this.#credit = Math.max(0, this.#credit - 1);
  }
}
