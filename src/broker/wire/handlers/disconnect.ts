import type { DisconnectPacket } from '../codec/packet.ts';
import type { Admission } from '../admission.ts';
import type { Connection } from '../connection.ts';
import { ProtocolFault } from '../fault.ts';
import { REASON } from '../reason.ts';

/** DISCONNECT [MQTT 5.0, 3.14]: only the normal one takes the will away [MQTT-3.14.4-3]. */
export function handleDisconnect(connection: Connection, { session }: Admission, packet: DisconnectPacket): void {
  const expiry_s = packet.properties?.sessionExpiryInterval;
  if (expiry_s !== undefined) {
    // A session that was to end with the connection cannot be made to stay [MQTT 5.0, 3.14.2.2.2].
    if (expiry_s !== 0 && session.state.expiry_s === 0) {
      throw new ProtocolFault(REASON.protocol_error, 'the session expiry was 0 and may not be raised');
    }
    session.state.expiry_s = expiry_s;
  }
  connection.farewell(packet.reason !== REASON.success);
}
