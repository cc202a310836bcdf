/** What grew, by the second, between two readings of a counter. */
export class Rate {
  #before: { readonly count: number; readonly at_ms: number } | undefined;

  /** `at_ms` is on the monotonic clock. 0 for the first reading: nothing was counted before it. */
  next(count: number, at_ms: number): number {
    const before = this.#before ?? { count, at_ms };
    this.#before = { count, at_ms };
    const seconds = (at_ms - before.at_ms) / 1000;
    return seconds <= 0 ? 0 : Math.round(((count - before.count) / seconds) * 10) / 10;
  }
}
