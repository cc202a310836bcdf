import type { Logger } from 'pino';

const DAY_MS = 86_400_000;
/** Time enough to renew it on a free day. */
const WARN_DAYS = 30;

/** A listener's certificate and when it ends. */
export interface Expiring {
  /** Path of the PEM file. */
  readonly cert: string;
  /** Wall clock, milliseconds since 1970. */
  readonly expires_ms: number;
}

/** Whole days until it ends; negative afterwards. */
export const daysLeft = (expires_ms: number, now_ms: number): number => Math.floor((expires_ms - now_ms) / DAY_MS);

/** Whether somebody should renew it. */
export const isExpiring = (days: number): boolean => days < WARN_DAYS;

/** Tells the log once a day of certificates that are about to end. */
export class ExpiryWatch {
  readonly #certificates: () => readonly Expiring[];
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;

  constructor(certificates: () => readonly Expiring[], log: Logger) {
    this.#certificates = certificates;
    this.#log = log;
  }

  /** Looks now and once a day. */
  start(): void {
    this.stop();
    this.#look();
    this.#timer = setInterval(() => this.#look(), DAY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    for (const { cert, expires_ms } of this.#certificates()) {
      const days = daysLeft(expires_ms, Date.now());
      if (!isExpiring(days)) continue;
      const line = { cert, days, expires: new Date(expires_ms).toISOString() };
      if (days < 0) this.#log.error(line, 'a certificate has expired: renew it, as by pinbus tls renew');
      else this.#log.warn(line, 'a certificate is about to expire: renew it, as by pinbus tls renew');
    }
  }
}
