import type { ServiceNotify } from '#hw';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';

/**
 * Tells the service manager that the node lives, at half the interval that it asks for: a timer that fires proves the
 * event loop, and `alive` has to prove the broker. Without either the manager ends the process and starts it again.
 */
export class Watchdog {
  readonly #notify: ServiceNotify;
  readonly #alive: () => Promise<boolean>;
  readonly #clock: Clock;
  readonly #log: Logger;
  #cancel: (() => void) | undefined;

  constructor(notify: ServiceNotify, alive: () => Promise<boolean>, clock: Clock, log: Logger) {
    this.#notify = notify;
    this.#alive = alive;
    this.#clock = clock;
    this.#log = log;
  }

  /** Does nothing when the manager does not watch. */
  start(): void {
    const { watchdog_ms } = this.#notify;
    if (watchdog_ms === undefined) return;
    const next = (): void => {
      this.#cancel = this.#clock.after(watchdog_ms / 2, () => {
        void this.#beat();
        next();
      });
    };
    next();
  }

  stop(): void {
    this.#cancel?.();
  }

  async #beat(): Promise<void> {
    if (await this.#alive()) this.#notify.watchdog();
    else this.#log.error('the broker does not answer: not telling the service manager that the node is alive');
  }
}
