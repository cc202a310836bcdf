import type { Logger } from 'pino';
import type { BrokerError } from '../errors.ts';

/** Between two of the same line, in milliseconds: a disk that fails on and off is told of once a minute. */
const TOLD_MS = 60_000;

export interface StoreCondition {
  /** disk_full: what takes room is refused. failing: the last commit was not kept. */
  readonly state: 'ok' | 'disk_full' | 'failing';
  /** What the last one that was not kept ended with; undefined: all is well. */
  readonly last_error: string | undefined;
}

/** How the disk is, and who was told: the log hears of an episode once, and of its end. */
export class Condition {
  readonly #log: Logger;
  readonly #now: () => number;
  #full: BrokerError | undefined;
  #failure: BrokerError | undefined;
  #told_ms = Number.NEGATIVE_INFINITY;
  #told = false;

  /** `now`: monotonic milliseconds. */
  constructor(log: Logger, now: () => number = () => performance.now()) {
    this.#log = log;
    this.#now = now;
  }

  /** While the disk is full, what is refused with. */
  get full(): BrokerError | undefined {
    return this.#full;
  }

  read(): StoreCondition {
    if (this.#full !== undefined) return { state: 'disk_full', last_error: this.#full.message };
    if (this.#failure !== undefined) return { state: 'failing', last_error: this.#failure.message };
    return { state: 'ok', last_error: undefined };
  }

  /** The disk is full. */
  filledUp(error: BrokerError): void {
    this.#full = error;
    this.#tell(error);
  }

  /** The disk has room again. */
  hasRoom(): void {
    this.#full = undefined;
    this.#failure = undefined;
    this.#recovered();
  }

  /** A commit was not kept. */
  failed(error: BrokerError): void {
    this.#failure = error;
    this.#tell(error);
  }

  /** A commit was written. */
  worked(): void {
    this.#failure = undefined;
    if (this.#full === undefined) this.#recovered();
  }

  #tell(error: BrokerError): void {
    if (this.#told || this.#now() - this.#told_ms < TOLD_MS) return;
    this.#told = true;
    this.#told_ms = this.#now();
    this.#log.error({ err: error, code: error.code }, 'the database takes no writes');
  }

  #recovered(): void {
    if (!this.#told) return;
    this.#told = false;
    this.#log.info('the database takes writes again');
  }
}
