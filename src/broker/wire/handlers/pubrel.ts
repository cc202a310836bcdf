import { encodeAcknowledgement } from '../codec/acknowledgement.ts';
import type { AcknowledgementPacket } from '../codec/packet.ts';
import type { Admission, Connection } from '../connection.ts';
import { REASON } from '../reason.ts';

/** PUBREL [MQTT 5.0, 3.6]: the identifier is free, and PUBCOMP says so, known or not [MQTT-4.3.3-11]. */
export function handlePubrel(
  connection: Connection,
  { session }: Admission,
  { packetId }: AcknowledgementPacket,
): void {
  const known = session.state.incoming.delete(packetId);
  const reason = known ? REASON.success : REASON.packet_identifier_not_found;
  connection.send(encodeAcknowledgement(connection.version, 'pubcomp', packetId, reason));
}
