const DAY_MS = 86_400_000;
/** Readings that are kept of a day. */
const STEP_MS = DAY_MS / 24;
/** A node that has just started writes more than it will. */
const SETTLED_MS = 600_000;

interface Reading {
  readonly written_bytes: number;
  readonly kept_bytes: number;
  readonly at_ms: number;
}

/** What a disk goes through, as health says it. */
export interface WearFigures {
  readonly written_bytes: number;
  readonly write_amplification: number;
  readonly written_bytes_per_day: number;
}

/** What is written to the disk, by the last 24 hours or as many as there were. */
export class Wear {
  readonly #readings: Reading[] = [];

  /**
   * `written_bytes` is what the disk got and `kept_bytes` what it got that for, both since the start; `at_ms` is on the
   * monotonic clock. What would be guessed is missing: an amplification before anything was kept, a day in ten minutes.
   */
  next(written_bytes: number | undefined, kept_bytes: number, at_ms: number): Partial<WearFigures> {
    if (written_bytes === undefined) return {};
    const readings = this.#readings;
    const last = readings.at(-1);
    if (last === undefined || at_ms - last.at_ms >= STEP_MS) readings.push({ written_bytes, kept_bytes, at_ms });
    while (readings[1] !== undefined && at_ms - readings[1].at_ms >= DAY_MS) readings.shift();
    const [first] = readings;
    // The files that a start makes are none of it.
    if (first === undefined) return { written_bytes };
    const written = written_bytes - first.written_bytes;
    const kept = kept_bytes - first.kept_bytes;
    const time_ms = at_ms - first.at_ms;
    return {
      written_bytes,
      ...(kept > 0 && { write_amplification: Math.round((written / kept) * 10) / 10 }),
      ...(time_ms >= SETTLED_MS && { written_bytes_per_day: Math.round((written / time_ms) * DAY_MS) }),
    };
  }
}
