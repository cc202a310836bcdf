import { type ErrorEntry, PinbusError } from '#topics';

/** Everything that can go wrong in this room, by code; docs/ERRORS.md explains each. */
export const BROKER_ERRORS = {
  BROKER_PORT_IN_USE: {
    retryable: false,
    remedy: 'Stop the other program on this port (often mosquitto: "systemctl stop mosquitto") or choose another port.',
  },
  BROKER_PORT_FORBIDDEN: {
    retryable: false,
    remedy: 'Ports below 1024 need CAP_NET_BIND_SERVICE; choose a higher port, as 1883 or 8883.',
  },
  BROKER_HOST_UNAVAILABLE: {
    retryable: true,
    remedy: 'The address is not one of this machine, or not yet; check "host", or wait for the network.',
  },
  BROKER_LISTEN_FAILED: { retryable: true, remedy: 'The cause names what the operating system refused.' },
  BROKER_CERTIFICATE_UNREADABLE: {
    retryable: false,
    remedy: 'Check that the path is right and that the user pinbus runs as may read the file.',
  },
  BROKER_CERTIFICATE_INVALID: {
    retryable: false,
    remedy: 'The files must be PEM, and the key must belong to the certificate.',
  },
  BROKER_ANONYMOUS_EXPOSED: {
    retryable: false,
    remedy: 'Add "users", or a "tls" with a "ca" for client certificates, or listen on 127.0.0.1 alone.',
  },
  BROKER_PASSWORD_HASH_INVALID: {
    retryable: false,
    remedy: 'Make the hash with "pinbus user hash"; it reads scrypt$N$r$p$salt$hash.',
  },
  BROKER_PUBLISH_LOOP: {
    retryable: false,
    remedy: 'A handler publishes what makes itself run again; break the loop.',
  },
  BROKER_NOT_RUNNING: { retryable: true, remedy: 'Publish between start() and stop().' },
} as const satisfies Readonly<Record<string, ErrorEntry>>;

export type BrokerErrorCode = keyof typeof BROKER_ERRORS;

export class BrokerError extends PinbusError {
  declare readonly code: BrokerErrorCode;

  constructor(code: BrokerErrorCode, message: string, options?: ErrorOptions) {
    super(code, BROKER_ERRORS[code], message, options);
    this.name = 'BrokerError';
  }
}
