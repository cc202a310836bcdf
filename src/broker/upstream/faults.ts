import { BrokerError, type BrokerErrorCode } from '../errors.ts';
import { REASON } from '../wire/reason.ts';
import { tlsCode } from './tls-faults.ts';

/** CONNACK codes that mean who we are, not how things are: 3.1.1's 4 and 5, then those of MQTT 5.0, 3.2.2.2. */
const NOT_AUTHORIZED: ReadonlySet<number> = new Set([4, 5, 0x86, 0x87, 0x8a, 0x8c]);
/** Message rate too high, quota exceeded (MQTT 5.0, 2.4): less of it will do. */
const QUOTA: ReadonlySet<number> = new Set([0x96, 0x97]);
/**
 * PUBACK and PUBREC codes that the same message will get again (MQTT 5.0, 3.4.2.1): not authorised, topic name invalid,
 * packet too large, payload format invalid, retain not supported, QoS not supported.
 */
const FOR_GOOD: ReadonlySet<number> = new Set([0x87, 0x90, 0x95, 0x99, 0x9a, 0x9b]);
/** MQTT 5 codes of a DISCONNECT that a message may be the cause of: malformed packet, protocol error, and those of FOR_GOOD. */
const ABOUT_A_PACKET: ReadonlySet<number> = new Set([0x81, 0x82, ...FOR_GOOD]);
/** DISCONNECT codes (MQTT 5.0, 3.14.2.1) in words, where the number alone does not help. */
const GOODBYES: ReadonlyMap<number, string> = new Map([
  [0x8b, 'it is shutting down'],
  [0x8d, 'it heard nothing from us within the keepalive'],
  [0x8e, 'another client connected with our client_id'],
  [0x96, 'our message rate is too high'],
  [0x97, 'our quota is exceeded'],
  [0x98, 'an administrator ended it'],
]);

/** What ended a link or kept one from being made. `what` begins the message. */
export function linkFault(what: string, cause: Error | undefined): BrokerError {
  return new BrokerError(linkCode(cause), cause === undefined ? what : `${what}: ${cause.message || codeOf(cause)}`, {
    cause,
  });
}

/** mqtt.js has no code for these two. */
const SILENCE = /^(connack|keepalive) timeout$/i;
/** What mqtt.js says of a CONNACK that refuses; its own faults with the upstream's packets have reason codes as well. */
const REFUSED = /^connection refused:/i;

/** What mqtt.js reports, as `linkFault`: all that is neither the network nor a word of the upstream is about a packet that it cannot read. */
export function clientFault(what: string, error: Error): BrokerError {
  const code = codeOf(error);
  const is_known = typeof code === 'number' ? REFUSED.test(error.message) : code !== '' || SILENCE.test(error.message);
  if (is_known) return linkFault(what, error);
  // Without its code, which would pass for the upstream's word on a message of ours.
  return new BrokerError('UPSTREAM_PROTOCOL', `${what}: ${error.message}`);
}

function linkCode(cause: Error | undefined): BrokerErrorCode {
  if (cause === undefined) return 'UPSTREAM_CLOSED';
  if (cause instanceof BrokerError) return cause.code;
  const code = codeOf(cause);
  if (typeof code === 'number') return refusalCode(code);
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'UPSTREAM_CLOSED';
  if (SILENCE.test(cause.message)) return 'UPSTREAM_SILENT';
  return tlsCode(code) ?? (code === '' ? 'UPSTREAM_CLOSED' : 'UPSTREAM_UNREACHABLE');
}

function refusalCode(reason: number): BrokerErrorCode {
  if (NOT_AUTHORIZED.has(reason)) return 'UPSTREAM_NOT_AUTHORIZED';
  return QUOTA.has(reason) ? 'UPSTREAM_QUOTA' : 'UPSTREAM_REFUSED';
}

/** The upstream's DISCONNECT as an error. */
export function goodbye(reason: number): Error {
  const why = GOODBYES.get(reason) ?? hexOf(reason);
  return Object.assign(new Error(`the upstream said goodbye: ${why}`), { code: reason });
}

/** The reason code that an upstream gave; undefined: it gave none. */
export function refusalOf(error: unknown): number | undefined {
  if (!(error instanceof BrokerError) || !(error.cause instanceof Error)) return undefined;
  const code = codeOf(error.cause);
  return typeof code === 'number' ? code : undefined;
}

/** PUBACK and PUBREC codes of a message that was taken (MQTT 5.0, 3.4.2.1). */
export const isTaken = (reason: number): boolean =>
  reason === REASON.success || reason === REASON.no_matching_subscribers;

/**
 * What an acknowledgement with a reason code says: UPSTREAM_MESSAGE_REFUSED about the message, UPSTREAM_QUOTA about how much
 * there is, UPSTREAM_REFUSED about the moment.
 */
export function ackFault(topic: string, reason: number): BrokerError {
  const code = FOR_GOOD.has(reason)
    ? 'UPSTREAM_MESSAGE_REFUSED'
    : QUOTA.has(reason)
      ? 'UPSTREAM_QUOTA'
      : 'UPSTREAM_REFUSED';
  const cause = Object.assign(new Error(nameOf(reason)), { code: reason });
  return new BrokerError(code, `${topic}: ${cause.message}`, { cause });
}

const hexOf = (reason: number): string => `reason 0x${reason.toString(16).padStart(2, '0')}`;

/** In the specification's words, where the broker knows the code. */
function nameOf(reason: number): string {
  const known = Object.entries(REASON).find(([, code]) => code === reason);
  return known === undefined ? hexOf(reason) : `${known[0].replaceAll('_', ' ')} (${hexOf(reason)})`;
}

/** Whether the upstream may have ended the link for something that was sent over it: it gave such a reason, or none. */
export function mayBlameMessage(end: unknown): boolean {
  if (!(end instanceof BrokerError)) return false;
  const reason = refusalOf(end);
  return reason === undefined ? end.code === 'UPSTREAM_CLOSED' : ABOUT_A_PACKET.has(reason);
}

/** A reason code as a number, a system's code as a text, or ''. Of several addresses of a name the first speaks for all. */
function codeOf(error: Error): number | string {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return codeOf(error.errors[0]);
  if (!('code' in error)) return '';
  return typeof error.code === 'number' || typeof error.code === 'string' ? error.code : '';
}
