/**
 * The shape of every error that pinbus shows to a person: what happened (`message`), a stable `code` that docs/ERRORS.md
 * explains, what to do about it (`remedy`), and whether the same call can succeed later without anybody's help
 * (`retryable`, the only thing that drives retries and the breaker).
 */
export interface ErrorEntry {
  readonly retryable: boolean;
  readonly remedy: string;
}

/** One room's errors, by code. Codes are `ROOM_WHAT`. */
export type ErrorTable = Readonly<Record<string, ErrorEntry>>;

export class PinbusError extends Error {
  readonly code: string;
  readonly retryable: boolean;
  readonly remedy: string;

  constructor(code: string, entry: ErrorEntry, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PinbusError';
    this.code = code;
    this.retryable = entry.retryable;
    this.remedy = entry.remedy;
  }
}
