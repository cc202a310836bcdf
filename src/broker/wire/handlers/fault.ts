import { encodeConnack, MalformedConnect, UnknownProtocol } from '../codec/connect.ts';
import type { Connection } from '../connection.ts';
import { ProtocolFault } from '../fault.ts';
import { REASON } from '../reason.ts';
import { NO_TERMS } from '../terms.ts';

/** Return code of MQTT 3.1.1, table 3.1. */
const UNACCEPTABLE_PROTOCOL_VERSION = 0x01;

/** A packet that could not be taken: it ends the connection, and the client is told why as far as its protocol has words. */
export function handleFault(connection: Connection, error: unknown): void {
  const { log, refusals } = connection.engine;
  const who = { client: connection.id, address: connection.address };
  if (error instanceof UnknownProtocol) {
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

/** Before its CONNECT is accepted an MQTT 5 client is told by CONNACK, which the specification allows [MQTT-3.1.4-2]. */
function answer(connection: Connection, fault: ProtocolFault): void {
  if (fault instanceof MalformedConnect) connection.terms = { ...NO_TERMS, version: fault.version };
  const { reason, message } = fault;
  if (reason === undefined) connection.finish();
  else if (connection.admission === undefined && connection.version === 5) connection.refuse(reason, 0, message);
  else connection.end(reason, message);
}
