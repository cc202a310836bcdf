import { TYPE } from '../codec/packet.ts';
import type { Connection } from '../connection.ts';

const PINGRESP = Buffer.from([TYPE.pingresp, 0]);

/** PINGREQ [MQTT-3.12.4-1]. */
export function handlePingreq(connection: Connection): void {
  connection.send(PINGRESP);
}
