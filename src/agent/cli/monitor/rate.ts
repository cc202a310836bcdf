const WINDOW_S = 10;

/** Events a second over the last ten full seconds, in constant memory. */
export class Rate {
  readonly #counts = new Map<number, number>();
  #since_s: number | undefined;

  count(now_ms: number): void {
    const second = Math.floor(now_ms / 1_000);
    this.#since_s ??= second;
    this.#counts.set(second, (this.#counts.get(second) ?? 0) + 1);
    for (const old of this.#counts.keys()) if (old < second - WINDOW_S) this.#counts.delete(old);
  }

  /** 0 where nothing came. */
  perSecond(now_ms: number): number {
    const second = Math.floor(now_ms / 1_000);
    const from = Math.max(second - WINDOW_S, this.#since_s ?? second);
    let sum = 0;
    for (const [at, count] of this.#counts) if (at >= from && at < second) sum += count;
    return second === from ? 0 : sum / (second - from);
  }
}
