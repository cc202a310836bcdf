import type { Failure } from './protocol.ts';

/** What is wrong with a file, before it becomes an error of this room. */
export class DatabaseFault extends Error {
  readonly kind: 'cannot_create' | 'in_use' | 'newer' | 'damaged';

  constructor(kind: DatabaseFault['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

const CODES = {
  cannot_create: 'STORE_CANNOT_CREATE',
  in_use: 'STORE_IN_USE',
  newer: 'STORE_NEWER',
  damaged: 'STORE_DAMAGED',
} as const;

/** SQLite's own name for what went wrong, or the system's. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

export const isDamage = (error: unknown): boolean =>
  (error instanceof DatabaseFault && error.kind === 'damaged') || /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(error));

/** What kept the file from being opened. */
export function asFault(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    return new DatabaseFault('in_use', `${path} is open in another process`, { cause: error });
  }
  if (/^SQLITE_(CANTOPEN|READONLY|PERM|AUTH)/.test(code) || /^E[A-Z]+$/.test(code) || error instanceof TypeError) {
    return new DatabaseFault('cannot_create', `cannot open or make ${path}`, { cause: error });
  }
  return error;
}

/** As it travels to the main thread. */
export function describe(error: unknown): Failure {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  const message = (error instanceof Error ? error.message : String(error)) + cause;
  if (error instanceof DatabaseFault) return { code: CODES[error.kind], message };
  const sqlite = codeOf(error);
  if (sqlite === 'SQLITE_FULL') return { code: 'STORE_DISK_FULL', message };
  if (isDamage(error)) return { code: 'STORE_DAMAGED', message };
  return { code: 'STORE_IO', message: sqlite === '' ? message : `${message} (${sqlite})` };
}
