import { encodeAcknowledgement } from '../codec/acknowledgement.ts';
import type { AcknowledgementPacket } from '../codec/packet.ts';
import type { Admission } from '../admission.ts';
import type { Connection } from '../connection.ts';

/**
 * PUBREL [MQTT 5.0, 3.6]: the identifier is free, and PUBCOMP says so, known or not [MQTT-4.3.3-11]. It is no news to a client that
 * sends PUBREL again after a lost PUBCOMP, so the answer is the same.
 */
export function handlePubrel(
  connection: Connection,
  { session }: Admission,
  { packetId }: AcknowledgementPacket,
): void {
  const complete = (): void => connection.send(encodeAcknowledgement(connection.version, 'pubcomp', packetId));
  connection.repeats.released(packetId);
  const freed = session.free(packetId);
  if (freed === undefined) complete();
  // Else the client could use the identifier again, and after a crash its next message would be taken for the last.
  else freed.then(complete, complete);
}
