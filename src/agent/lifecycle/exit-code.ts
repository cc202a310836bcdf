import { PinbusError } from '#topics';

/** How the process ends: the names and numbers of sysexits.h, which systemd prints by name. */
export const EXIT = {
  ok: 0,
  usage: 64,
  unavailable: 69,
  software: 70,
  cannot_create: 73,
  io: 74,
  temporary: 75,
  no_permission: 77,
  config: 78,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * By the words in an error's code, the first that fits. A port in use counts as config, because starting again does not
 * free it and the unit must not try for ever. A code without such a word is the program's own fault.
 */
const BY_WORD: readonly (readonly [word: RegExp, exit: ExitCode])[] = [
  [/CONFIG|PORT_IN_USE|ADDRESS|LISTENER_TLS|CERTIFICATE|NEEDS_RESTART/, EXIT.config],
  [/UNWRITABLE|CANNOT_CREATE|FILE_EXISTS/, EXIT.cannot_create],
  [/NOT_AUTHORISED|PERMISSION|NO_ACCESS|PORT_DENIED/, EXIT.no_permission],
  [/USAGE|NOT_A_TERMINAL|NODE_UNKNOWN/, EXIT.usage],
  [/TIMEOUT|STOPPED|NO_ANSWER|CALL_FAILED/, EXIT.temporary],
  [/^CLIENT_|UNAVAILABLE|UNREACHABLE/, EXIT.unavailable],
  [/STORE|OUTBOX|DATABASE|DISK/, EXIT.io],
];

/** By the errno of a system call, for an error that has no code of ours. */
const BY_ERRNO: Readonly<Record<string, ExitCode>> = {
  EADDRINUSE: EXIT.config,
  EADDRNOTAVAIL: EXIT.config,
  EACCES: EXIT.no_permission,
  EPERM: EXIT.no_permission,
  EEXIST: EXIT.cannot_create,
  EROFS: EXIT.cannot_create,
  ENOENT: EXIT.cannot_create,
  ENOSPC: EXIT.io,
  EIO: EXIT.io,
  ECONNREFUSED: EXIT.unavailable,
};

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof PinbusError) {
    return BY_WORD.find(([word]) => word.test(error.code))?.[1] ?? EXIT.software;
  }
  const errno = error instanceof Error && 'code' in error ? String(error.code) : '';
  return BY_ERRNO[errno] ?? EXIT.software;
}
