import type { AcknowledgementPacket } from '../codec/packet.ts';
import type { Admission } from '../admission.ts';

/** PUBCOMP [MQTT 5.0, 3.7]. */
export function handlePubcomp({ session }: Admission, { packetId }: AcknowledgementPacket): void {
  session.completed(packetId);
}
