import { BrokerError } from '../errors.ts';
import type { ClientOptions } from './options.ts';

/** CONNACK return codes of 3.1.1 and reason codes of 5 that mean "not you" [MQTT 3.1.1, 3.2.2.3; MQTT 5.0, 3.2.2.2]. */
const DENIED = new Set([4, 5, 0x86, 0x87, 0x8a]);
/** The only refusal that a SUBACK of 3.1.1 has [MQTT-3.9.3-2]; brokers give it for what their ACL denies. */
const SUBACK_FAILURE = 0x80;
/** What Node says of a certificate or a handshake that failed. */
const TLS_CODE = /^(ERR_SSL|ERR_TLS|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|HOSTNAME_|EPROTO)/;

/** What a failed CONNECT means to the person who typed the command. */
export function describeConnectFailure(cause: unknown, options: ClientOptions): BrokerError {
  const { url } = options;
  const code = codeOf(cause);
  if (typeof code === 'number' && DENIED.has(code)) {
    const reason =
      options.username === undefined
        ? `${url} wants a user and a password`
        : `${url} does not know the user ${options.username} with this password`;
    return new BrokerError('CLIENT_NOT_AUTHORISED', reason, { cause });
  }
  if (typeof code === 'number') {
    return new BrokerError('CLIENT_REFUSED', `${url} refused the connection: ${messageOf(cause)}`, { cause });
  }
  if (typeof code === 'string' && TLS_CODE.test(code)) {
    return new BrokerError('CLIENT_TLS', `no trusted connection to ${url}: ${messageOf(cause)}`, { cause });
  }
  if (cause === undefined) {
    return new BrokerError('CLIENT_REFUSED', `${url} closed the connection before it answered`);
  }
  return new BrokerError('CLIENT_UNREACHABLE', `no broker answers at ${url} (${code ?? messageOf(cause)})`, {
    cause,
  });
}

/** What a refused publish or subscription means. Errors that are already ours stay as they are. */
export function describeRefusal(cause: unknown, what: string): unknown {
  if (cause instanceof BrokerError) return cause;
  const code = subackCode(cause) ?? codeOf(cause);
  if (typeof code === 'number' && (DENIED.has(code) || code === SUBACK_FAILURE)) {
    return new BrokerError('CLIENT_NOT_AUTHORISED', `the broker refused ${what}: not authorised`, { cause });
  }
  return new BrokerError('CLIENT_REFUSED', `the broker refused ${what}: ${messageOf(cause)}`, { cause });
}

function codeOf(error: unknown): string | number | undefined {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' || typeof error.code === 'number' ? error.code : undefined;
}

/** mqtt.js puts the whole SUBACK into the error. */
function subackCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('packet' in error)) return undefined;
  const { packet } = error;
  if (typeof packet !== 'object' || packet === null || !('granted' in packet)) return undefined;
  const codes: readonly unknown[] = Array.isArray(packet.granted) ? packet.granted : [];
  return codes.find((code): code is number => typeof code === 'number' && code >= SUBACK_FAILURE);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
