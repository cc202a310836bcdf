/** Minutes that a load is averaged over. */
export const LOAD_WINDOWS_MIN = [1, 5, 15] as const;

/** What a counter grows by in a minute, as moving averages: mosquitto's `load`, which Unix's load average is the model of. */
export class Load {
  readonly averages: number[] = LOAD_WINDOWS_MIN.map(() => 0);
  #before = 0;

  /** `elapsed_s` is the time since the call before. */
  next(count: number, elapsed_s: number): void {
    if (elapsed_s <= 0) return;
    const per_minute = ((count - this.#before) * 60) / elapsed_s;
    this.#before = count;
    for (const [index, window_min] of LOAD_WINDOWS_MIN.entries()) {
      const weight = Math.exp(-elapsed_s / (60 * window_min));
      this.averages[index] = per_minute + weight * ((this.averages[index] ?? 0) - per_minute);
    }
  }
}
