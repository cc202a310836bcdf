import type { Packet } from '../codec/packet.ts';
import type { Connection } from '../connection.ts';
import { ProtocolFault } from '../fault.ts';
import { REASON } from '../reason.ts';
import { handleConnect } from './connect.ts';
import { handleDisconnect } from './disconnect.ts';
import { handlePingreq } from './pingreq.ts';
import { handlePuback } from './puback.ts';
import { handlePubcomp } from './pubcomp.ts';
import { handlePublish } from './publish.ts';
import { handlePubrec } from './pubrec.ts';
import { handlePubrel } from './pubrel.ts';
import { handleSubscribe } from './subscribe.ts';
import { handleUnsubscribe } from './unsubscribe.ts';

/** Every packet a client sends and who handles it. The first must be a CONNECT, and only the first [MQTT-3.1.0-1, -2]. */
export function dispatch(connection: Connection, packet: Packet): void {
  const { admission } = connection;
  if (packet.type === 'connect') {
    // Whoever sends two takes what comes next for a CONNACK, so nothing comes, as in mosquitto.
    if (admission !== undefined) throw new ProtocolFault(undefined, 'a second CONNECT');
    return handleConnect(connection, packet);
  }
  if (admission === undefined) throw new ProtocolFault(REASON.protocol_error, `a ${packet.type} before the CONNECT`);
  switch (packet.type) {
    case 'publish':
      return handlePublish(connection, admission, packet);
    case 'puback':
      return handlePuback(admission, packet);
    case 'pubrec':
      return handlePubrec(admission, packet);
    case 'pubrel':
      return handlePubrel(connection, admission, packet);
    case 'pubcomp':
      return handlePubcomp(admission, packet);
    case 'subscribe':
      return handleSubscribe(connection, admission, packet);
    case 'unsubscribe':
      return handleUnsubscribe(connection, admission, packet);
    case 'pingreq':
      return handlePingreq(connection);
    case 'disconnect':
      return handleDisconnect(connection, admission, packet);
  }
}
