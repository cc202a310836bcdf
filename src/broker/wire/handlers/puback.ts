import type { AcknowledgementPacket } from '../codec/packet.ts';
import type { Admission } from '../admission.ts';

/** PUBACK [MQTT 5.0, 3.4]. */
export function handlePuback({ session }: Admission, { packetId }: AcknowledgementPacket): void {
  session.acknowledged(packetId);
}
