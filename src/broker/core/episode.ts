/** Keys remembered at once; beyond it the oldest may be told of again. */
const KEYS = 1_024;

/** That it goes on is noted this often within the quiet time: what happens to every message must cost next to nothing. */
const NOTES = 64;

/** Tells once that something began to happen to a key, and again after it was quiet for a while. */
export class Episode {
  readonly #quiet_ms: number;
  readonly #last = new Map<string, number>();

  constructor(quiet_ms: number) {
    this.#quiet_ms = quiet_ms;
  }

  /** True when it is new. */
  begins(key: string, now_ms = performance.now()): boolean {
    const last = this.#last.get(key);
    if (last !== undefined && now_ms - last < this.#quiet_ms / NOTES) return false;
    this.#last.delete(key);
    this.#last.set(key, now_ms);
    if (this.#last.size > KEYS) {
      for (const oldest of this.#last.keys()) {
        this.#last.delete(oldest);
        break;
      }
    }
    return last === undefined || now_ms - last > this.#quiet_ms;
  }
}
