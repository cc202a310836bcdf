import type { Logger } from 'pino';
import type { EntityReport } from '../platforms/platform.ts';

type Said = Pick<EntityReport, 'attributes' | 'availability'>;

/** Says how a line or a source is: to the bus by availability and attributes, and once a change to the log. */
export class Condition {
  readonly #report: Said;
  readonly #log: Logger;
  #online: boolean | undefined;
  #problem: string | undefined;

  constructor(report: Said, log: Logger) {
    this.#report = report;
    this.#log = log;
  }

  good(): void {
    if (this.#problem !== undefined) this.#log.info('it works again');
    if (this.#problem !== undefined || this.#online === undefined) this.#report.attributes({ problem: undefined });
    this.#problem = undefined;
    this.#setOnline(true);
  }

  /** What never worked is offline at once, what did when it is given up. */
  bad(error: unknown, failures: number, givenUp: boolean): void {
    const code = codeOf(error);
    const message = error instanceof Error ? error.message : String(error);
    const problem = `${code} ${givenUp}`;
    if (problem === this.#problem) this.#log.debug({ code, failures }, 'it still fails');
    else this.#log.warn({ code, failures }, givenUp ? `${message}; offline until it works again` : message);
    if (problem !== this.#problem) this.#report.attributes({ problem: { code, message } });
    this.#problem = problem;
    if (givenUp || this.#online === undefined) this.#setOnline(false);
  }

  #setOnline(online: boolean): void {
    if (this.#online === online) return;
    this.#online = online;
    this.#report.availability(online);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';
}
