import type { AcknowledgementPacket } from '../codec/packet.ts';
import type { Admission } from '../admission.ts';

/** PUBREC [MQTT 5.0, 3.5]. */
export function handlePubrec({ session }: Admission, { packetId, reason }: AcknowledgementPacket): void {
  session.received(packetId, reason);
}
