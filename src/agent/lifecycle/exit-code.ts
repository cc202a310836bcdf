import type { BrokerErrorCode } from '#broker';
import type { HardwareErrorCode } from '#hw';
import { type AgentErrorCode, coded } from '../errors.ts';

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
 * 78 tells the unit not to try again, so it stands for whatever a person has to change: a port in use as well as a
 * config. A code that is missing here is the program's own fault.
 */
const BY_CODE: Readonly<Partial<Record<BrokerErrorCode | HardwareErrorCode | AgentErrorCode, ExitCode>>> = {
  BROKER_PORT_IN_USE: EXIT.config,
  BROKER_PORT_FORBIDDEN: EXIT.no_permission,
  BROKER_HOST_UNAVAILABLE: EXIT.config,
  BROKER_LISTEN_FAILED: EXIT.unavailable,
  BROKER_CERTIFICATE_UNREADABLE: EXIT.config,
  BROKER_CERTIFICATE_INVALID: EXIT.config,
  BROKER_ANONYMOUS_EXPOSED: EXIT.config,
  BROKER_PASSWORD_HASH_INVALID: EXIT.config,
  BROKER_TOKEN_KEY_INVALID: EXIT.config,
  BROKER_TOKEN_LEDGER: EXIT.io,
  CLIENT_UNREACHABLE: EXIT.unavailable,
  CLIENT_NOT_AUTHORISED: EXIT.no_permission,
  CLIENT_TLS: EXIT.unavailable,
  CLIENT_REFUSED: EXIT.unavailable,
  CLIENT_TIMEOUT: EXIT.temporary,
  CLIENT_LOST: EXIT.unavailable,
  STORE_CANNOT_CREATE: EXIT.cannot_create,
  STORE_IN_USE: EXIT.config,
  STORE_NEWER: EXIT.config,
  STORE_DAMAGED: EXIT.io,
  STORE_DISK_FULL: EXIT.io,
  STORE_IO: EXIT.io,
  OUTBOX_DEAD_LETTER_UNKNOWN: EXIT.usage,
  HW_DRIVER_NOT_AVAILABLE: EXIT.config,
  HW_CHIP_MISSING: EXIT.unavailable,
  HW_LINE_UNKNOWN: EXIT.usage,
  HW_ACCESS_DENIED: EXIT.no_permission,
  AGENT_STEP_TIMEOUT: EXIT.temporary,
  AGENT_STOPPED: EXIT.temporary,
  AGENT_CALL_UNKNOWN: EXIT.usage,
  AGENT_CALL_PARAMS_INVALID: EXIT.usage,
  AGENT_CALL_BUSY: EXIT.temporary,
  AGENT_ENTITY_UNKNOWN: EXIT.usage,
  CLI_USAGE: EXIT.usage,
  CLI_NOT_A_TERMINAL: EXIT.usage,
  CLI_NODE_UNKNOWN: EXIT.usage,
  CLI_NO_ANSWER: EXIT.temporary,
  CLI_OPENSSL_MISSING: EXIT.unavailable,
  CLI_FILE_EXISTS: EXIT.cannot_create,
};

/** By the errno of a system call, for an error that has no code of ours. */
const BY_ERRNO: Readonly<Record<string, ExitCode>> = {
  EADDRINUSE: EXIT.config,
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
  const code = coded(error)?.code;
  if (code !== undefined) {
    const by_code: Readonly<Record<string, ExitCode>> = BY_CODE;
    return by_code[code] ?? (code.startsWith('CONFIG_') ? EXIT.config : EXIT.software);
  }
  const errno = error instanceof Error && 'code' in error ? String(error.code) : '';
  return BY_ERRNO[errno] ?? EXIT.software;
}
