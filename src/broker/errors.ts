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
  BROKER_TOKEN_KEY_INVALID: {
    retryable: false,
    remedy:
      'HS256 takes a secret of 32 bytes or more, ES256 and RS256 the path of a PEM key; to issue, one that can sign.',
  },
  BROKER_TOKEN_INVALID: { retryable: false, remedy: 'Have a new pair of tokens issued: "pinbus token issue NAME".' },
  BROKER_TOKEN_LEDGER: {
    retryable: true,
    remedy: 'Check the file of "tokens.ledger" and its folder; without it nobody knows which tokens were revoked.',
  },
  BROKER_CLIENT_UNKNOWN: {
    retryable: false,
    remedy: 'The ids of those that are connected: "pinbus call clients.list".',
  },
  BROKER_PUBLISH_LOOP: {
    retryable: false,
    remedy: 'A handler publishes what makes itself run again; break the loop.',
  },
  CLIENT_UNREACHABLE: {
    retryable: true,
    remedy: 'Is pinbus running? Start it with "pinbus start", or name another broker with "--url mqtt://HOST:PORT".',
  },
  CLIENT_NOT_AUTHORISED: {
    retryable: false,
    remedy:
      'Give "--user NAME"; the password is asked for, or taken from PINBUS_PASSWORD. The user\'s acl must allow it.',
  },
  CLIENT_TLS: {
    retryable: false,
    remedy: 'Give the authority that signed the certificate with "--ca FILE", and the host name that stands in it.',
  },
  CLIENT_REFUSED: { retryable: true, remedy: 'The broker gave the reason; its log says more.' },
  CLIENT_TIMEOUT: { retryable: true, remedy: 'The broker is busy or hangs; try again, and look at its log.' },
  CLIENT_LOST: { retryable: true, remedy: 'The broker stopped or the network failed; try again.' },
  BROKER_NOT_RUNNING: { retryable: true, remedy: 'Publish between start() and stop().' },
  STORE_CANNOT_CREATE: {
    retryable: false,
    remedy: 'Make the folder of "outbox.path" writable for the user that pinbus runs as, or choose another path.',
  },
  STORE_IN_USE: {
    retryable: false,
    remedy: 'Stop the other pinbus that has the file open, or give this one another "outbox.path".',
  },
  STORE_NEWER: {
    retryable: false,
    remedy: 'A newer pinbus wrote the file: run that version, or give this one another "outbox.path".',
  },
  STORE_DAMAGED: {
    retryable: false,
    remedy: 'Start pinbus again: it sets the file aside and goes on with what can be read of it. Check the SD card.',
  },
  STORE_DISK_FULL: { retryable: true, remedy: 'Free space on the disk that "outbox.path" is on.' },
  STORE_IO: { retryable: true, remedy: 'Check the disk that "outbox.path" is on; dmesg shows its errors.' },
  STORE_BUSY: {
    retryable: true,
    remedy: 'More is published than the disk can take: publish slower or use a faster disk.',
  },
  STORE_STOPPED: { retryable: false, remedy: 'Nothing: pinbus is stopping.' },
  RETAINED_FULL: { retryable: false, remedy: 'Delete retained messages that nobody needs, by publishing empty ones.' },
  OUTBOX_FULL: {
    retryable: true,
    remedy:
      'See "pinbus outbox" for the upstream that is owed so much; raise "outbox.max_bytes" or the bound of the class.',
  },
  OUTBOX_DEAD_LETTER_UNKNOWN: { retryable: false, remedy: 'Those that there are: "pinbus outbox dead list".' },
  OUTBOX_BRIDGE_UNKNOWN: {
    retryable: false,
    remedy: 'Put the bridge back into the config, or delete the dead letter with "pinbus outbox dead delete".',
  },
  OUTBOX_MESSAGE_DAMAGED: {
    retryable: false,
    remedy:
      'Delete the dead letter with "pinbus outbox dead delete"; nothing brings the message back. Check the SD card.',
  },
  BRIDGE_TOO_MANY: { retryable: false, remedy: 'Configure at most 50 bridges.' },
  BRIDGE_ENTITY_NOT_ALLOWED: {
    retryable: false,
    remedy: 'Command one of the entities that the message names, or add this one to `entities` of the `in` rule.',
  },
  BRIDGE_TOPIC_OWN: {
    retryable: false,
    remedy: 'Send commands and calls alone to a node; narrow the `in` rule to them, as "pinbus/v1/porch/+/set".',
  },
  BRIDGE_TOPIC_UNNAMED: {
    retryable: false,
    remedy: 'Take a shorter topic, or change `to` of the `in` rule; what it makes must not begin with "$".',
  },
  UPSTREAM_UNREACHABLE: { retryable: true, remedy: 'Check the "url" of the bridge, the network and the upstream.' },
  UPSTREAM_TLS: {
    retryable: true,
    remedy:
      'Check that the upstream speaks TLS on this port, and that "ca", "cert" and "key" are PEM files that belong together.',
  },
  UPSTREAM_CERTIFICATE_UNTRUSTED: {
    retryable: true,
    remedy: 'Give the authority that signed the upstream\'s certificate as "ca" of the bridge.',
  },
  UPSTREAM_CERTIFICATE_HOST: {
    retryable: true,
    remedy: 'Use a host name in "url" that stands in the upstream\'s certificate, or have one issued for this name.',
  },
  UPSTREAM_CERTIFICATE_EXPIRED: {
    retryable: true,
    remedy: "Check the clock of this machine; if it is right, the upstream's certificate must be renewed.",
  },
  UPSTREAM_CLIENT_CERTIFICATE: {
    retryable: true,
    remedy: 'Give the bridge a "cert" and "key" that are not expired and of an authority that the upstream trusts.',
  },
  UPSTREAM_QUOTA: {
    retryable: true,
    remedy: 'Send less with the "out" rules, or have the quota of the upstream raised; the messages wait until then.',
  },
  UPSTREAM_SUBSCRIPTION_REFUSED: {
    retryable: true,
    remedy: 'Allow the user of the bridge these topics at the upstream, or take them out of the "in" rules.',
  },
  UPSTREAM_REFUSED: { retryable: true, remedy: "The reason in the message is the upstream's; its log has more." },
  UPSTREAM_NOT_AUTHORIZED: {
    retryable: true,
    remedy: 'Check "username", "password" and "client_id" of the bridge, and the access rules of the upstream.',
  },
  UPSTREAM_CLOSED: {
    retryable: true,
    remedy:
      'Nothing if it comes back by itself; else check that "url" begins as its port wants it (mqtt, mqtts, ws, wss), and see the log of the upstream.',
  },
  UPSTREAM_SILENT: { retryable: true, remedy: 'The upstream hangs or the network loses packets: check both.' },
  UPSTREAM_PROTOCOL: {
    retryable: true,
    remedy:
      'Check that "url" leads to an MQTT broker, and keep messages above 16 MiB out of the "in" rules; else the upstream is faulty.',
  },
  UPSTREAM_MESSAGE_REFUSED: {
    retryable: false,
    remedy:
      'Give the user of the bridge the right to publish there, or narrow its `out` rules; `pinbus outbox dead` has what was refused.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;

export type BrokerErrorCode = keyof typeof BROKER_ERRORS;

export class BrokerError extends PinbusError {
  declare readonly code: BrokerErrorCode;

  constructor(code: BrokerErrorCode, message: string, options?: ErrorOptions) {
    super(code, BROKER_ERRORS[code], message, options);
    this.name = 'BrokerError';
  }
}
