import { encodeAcknowledgement } from '../codec/acknowledgement.ts';
import type { AcknowledgementPacket } from '../codec/packet.ts';
import type { Admission, Connection } from '../connection.ts';

/**
 * PUBREL [MQTT 5.0, 3.6]: the identifier is free, and PUBCOMP says so, known or not [MQTT-4.3.3-11]. It is no news to a client that
 * sends PUBREL again after a lost PUBCOMP, so the answer is the same.
 */
export function handlePubrel(
  connection: Connection,
  { session }: Admission,
  { packetId }: AcknowledgementPacket,
): void {
  session.state.incoming.delete(packetId);
  connection.send(encodeAcknowledgement(connection.version, 'pubcomp', packetId));
}
