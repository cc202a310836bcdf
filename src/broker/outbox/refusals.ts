import type { MessageClass } from '#topics';
import type { Logger } from 'pino';

/** After so long without a refusal a class takes messages again, in milliseconds. */
const QUIET_MS = 60_000;

/** Says once that a class began to refuse, and once that it takes messages again. */
export class Refusals {
  readonly #log: Logger;
  readonly #listeners = new Set<() => void>();
  /** Monotonic clock of the latest refusal. */
  readonly #latest_ms = new Map<MessageClass, number>();

  constructor(log: Logger) {
    this.#log = log;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  note(of: MessageClass, now_ms: number): void {
    const known = this.#latest_ms.has(of);
    this.#latest_ms.set(of, now_ms);
    if (known) return;
    this.#log.warn({ class: of, code: 'OUTBOX_FULL' }, 'the outbox is full: publishers of this class have to wait');
    this.#changed();
  }

  /** `isRefusing`: whether the class has no room now. */
  close(now_ms: number, isRefusing: (of: MessageClass) => boolean): void {
    for (const [of, latest_ms] of this.#latest_ms) {
      if (now_ms - latest_ms < QUIET_MS || isRefusing(of)) continue;
      this.#latest_ms.delete(of);
      this.#log.info({ class: of }, 'the outbox takes messages of this class again');
      this.#changed();
    }
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
