import { BrokerError, type BrokerErrorCode } from '../errors.ts';

/** CONNACK and SUBACK codes that mean who we are, not how things are: 3.1.1's 4 and 5, then those of MQTT 5.0, 3.2.2.2. */
const NOT_AUTHORIZED: ReadonlySet<number> = new Set([4, 5, 0x86, 0x87, 0x8a, 0x8c]);
/** CONNACK codes of an upstream that does not speak MQTT 5: 3.1.1's 1 [MQTT-3.1.2-2], and 0x84. */
const WRONG_PROTOCOL: ReadonlySet<number> = new Set([1, 0x84]);
/**
 * PUBACK and PUBREC codes that the same message will get again (MQTT 5.0, 3.4.2.1): not authorised, topic name invalid,
 * packet too large, payload format invalid, retain not supported, QoS not supported.
 */
const FOR_GOOD: ReadonlySet<number> = new Set([0x87, 0x90, 0x95, 0x99, 0x9a, 0x9b]);
const TLS = /CERT|^ERR_TLS|^ERR_SSL|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|^EPROTO$/;

/** What ended a link or kept one from being made. `what` begins the message. */
export function linkFault(what: string, cause: Error | undefined): BrokerError {
  return new BrokerError(linkCode(cause), cause === undefined ? what : `${what}: ${cause.message || codeOf(cause)}`, {
    cause,
  });
}

function linkCode(cause: Error | undefined): BrokerErrorCode {
  if (cause === undefined) return 'UPSTREAM_CLOSED';
  const code = codeOf(cause);
  if (typeof code === 'number') return NOT_AUTHORIZED.has(code) ? 'UPSTREAM_NOT_AUTHORIZED' : 'UPSTREAM_REFUSED';
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'UPSTREAM_CLOSED';
  if (TLS.test(code)) return 'UPSTREAM_TLS';
  // mqtt.js has no code for these two.
  if (/^(connack|keepalive) timeout$/i.test(cause.message)) return 'UPSTREAM_SILENT';
  return code === '' ? 'UPSTREAM_CLOSED' : 'UPSTREAM_UNREACHABLE';
}

/** Whether the upstream said that it does not speak MQTT 5. */
export const isWrongProtocol = (cause: unknown): boolean =>
  cause instanceof Error && WRONG_PROTOCOL.has(Number(codeOf(cause) || Number.NaN));

/**
 * What an acknowledgement with a reason code says: UPSTREAM_MESSAGE_REFUSED about the message, UPSTREAM_REFUSED about the
 * moment. Undefined: there was no reason code, so the upstream did not answer.
 */
export function ackFault(topic: string, cause: Error): BrokerError | undefined {
  const reason = codeOf(cause);
  if (typeof reason !== 'number') return undefined;
  const code = FOR_GOOD.has(reason) ? 'UPSTREAM_MESSAGE_REFUSED' : 'UPSTREAM_REFUSED';
  return new BrokerError(code, `${topic}: ${cause.message}`, { cause });
}

/** MQTT 5 codes of a DISCONNECT that a message may be the cause of: malformed packet, protocol error, and those of FOR_GOOD. */
const ABOUT_A_PACKET: ReadonlySet<number> = new Set([0x81, 0x82, ...FOR_GOOD]);

/** Whether the upstream may have ended the link for something that was sent over it: it gave such a reason, or none. */
export function mayBlameMessage(end: unknown): boolean {
  if (!(end instanceof BrokerError)) return false;
  const reason = end.cause instanceof Error ? codeOf(end.cause) : '';
  return typeof reason === 'number' ? ABOUT_A_PACKET.has(reason) : end.code === 'UPSTREAM_CLOSED';
}

/** A reason code as a number, a system's code as a text, or ''. */
function codeOf(error: Error): number | string {
  if (!('code' in error)) return '';
  return typeof error.code === 'number' || typeof error.code === 'string' ? error.code : '';
}
