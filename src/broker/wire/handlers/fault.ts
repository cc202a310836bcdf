import { encodeConnack, UnknownProtocol } from '../codec/connect.ts';
import type { Connection } from '../connection.ts';
import { ProtocolFault } from '../fault.ts';
import { REASON } from '../reason.ts';

/** Return code of MQTT 3.1.1, table 3.1. */
const UNACCEPTABLE_PROTOCOL_VERSION = 0x01;

/** A packet that could not be taken: it ends the connection, and the client is told why as far as its protocol has words. */
export function handleFault(connection: Connection, error: unknown): void {
  const { log, refusals } = connection.engine;
  const who = { client: connection.id, address: connection.address };
  if (error instanceof UnknownProtocol) {
    if (connection.admission !== undefined) return connection.finish(); // a second CONNECT [MQTT-3.1.0-2]
    log.debug({ ...who, reason: error.message }, 'a client speaks another protocol');
    if (error.answerable) connection.send(encodeConnack(4, false, UNACCEPTABLE_PROTOCOL_VERSION));
    connection.finish();
  } else if (error instanceof ProtocolFault) {
    if (refusals.begins(`fault ${connection.host} ${connection.id}`)) {
      log.warn({ ...who, reason: error.message }, 'a client broke the protocol and was disconnected');
    }
    answer(connection, error);
  } else {
    log.error({ ...who, err: error }, 'a packet could not be handled');
    connection.end(REASON.unspecified);
  }
}

/**
 * A CONNECT that is none gets no answer [MQTT-3.1.4-1], one that is too much its reason [MQTT-3.1.4-2]. Later, what is a
 * program's fault is explained to who asks for it.
 */
function answer(connection: Connection, { reason, message }: ProtocolFault): void {
  const { admission, terms } = connection;
  const broken = reason === REASON.malformed_packet || reason === REASON.protocol_error;
  if (reason === undefined) connection.finish();
  else if (admission !== undefined) connection.end(reason, broken && !terms.problemInformation ? undefined : message);
  else if (broken || connection.version !== 5) connection.finish();
  else connection.refuse(reason, 0, message);
}
