import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { EntityReport } from '../platforms/platform.ts';

export interface OnTimeOptions {
  /** Milliseconds; undefined: no bound. */
  readonly max_on: number | undefined;
  /** What the entity's attributes were before the start. */
  readonly last_attributes: Readonly<Record<string, unknown>>;
  readonly report: EntityReport;
  readonly clock: Clock;
  /** The time is up. */
  expired(): void;
}

/**
 * Bounds an output's time on. It is counted on the monotonic clock, which no setting of the wall clock moves; over a restart by
 * the wall clock, from the attribute `on_since`. A wall clock that went back in between gives the whole time once more, never
 * longer; one that went ahead ends it early.
 */
export class OnTime {
  readonly #options: OnTimeOptions;
  /** Milliseconds since 1970; undefined while it is off, and before anybody knows. */
  #since: number | undefined;
  #cancel: (() => void) | undefined;

  constructor(options: OnTimeOptions) {
    this.#options = options;
    const { data } = z.iso.datetime().safeParse(options.last_attributes['on_since']);
    this.#since = data === undefined ? undefined : Date.parse(data);
  }

  /** What is left for an output that was on before the start and is on after it: 0 to `max_on`; Infinity without a bound. */
  get left_ms(): number {
    const { max_on, clock } = this.#options;
    if (max_on === undefined) return Number.POSITIVE_INFINITY;
    const elapsed_ms = this.#since === undefined ? 0 : clock.now() - this.#since;
    return max_on - Math.min(max_on, Math.max(0, elapsed_ms));
  }

  /** A line that is found on again after its time was up, because it could not be switched off, gets a new bound. */
  on(): void {
    const { clock, report, max_on } = this.#options;
    if (max_on === undefined || this.#cancel !== undefined) return;
    this.#cancel = clock.after(this.left_ms, () => {
      this.#cancel = undefined;
      this.#since = undefined;
      this.#options.expired();
    });
    this.#since ??= clock.now();
    report.attributes({ on_since: new Date(this.#since).toISOString() });
  }

  off(): void {
    const was = this.#since !== undefined;
    this.stop();
    this.#since = undefined;
    if (was) this.#options.report.attributes({ on_since: undefined });
  }

  /** Forgets the timer, and not since when it is on. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
