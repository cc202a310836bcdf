import { ProtocolFault } from '../fault.ts';
import { REASON } from '../reason.ts';
import { decodeAcknowledgement } from './acknowledgement.ts';
import { decodeConnect } from './connect.ts';
import { decodeDisconnect } from './disconnect.ts';
import { type Packet, type ProtocolVersion, TYPE } from './packet.ts';
import { decodePublish } from './publish.ts';
import { Reader } from './reader.ts';
import { decodeSubscribe } from './subscribe.ts';
import { decodeUnsubscribe } from './unsubscribe.ts';

/** What the CONNECT settled for the rest of the connection. */
export interface Dialect {
  readonly version: ProtocolVersion;
  readonly bridge: boolean;
}

/** Wrong whatever else is in them. No authentication method is spoken here, so an AUTH has nothing to belong to [MQTT-4.12.0-6]. */
const NEVER: ReadonlySet<number> = new Set([0, TYPE.connack, TYPE.auth]);

const PINGS: ReadonlySet<number> = new Set([TYPE.pingreq, TYPE.pingresp]);

/** A whole packet, `bodyAt` its first byte after the fixed header. Throws ProtocolFault, or UnknownProtocol of a CONNECT. */
export function decode(frame: Buffer, bodyAt: number, { version, bridge }: Dialect): Packet {
  const first = frame[0] ?? 0;
  const flags = first & 0x0f;
  const reader = new Reader(frame, bodyAt);
  const packet = decodeBody(reader, first & 0xf0, flags, version, bridge);
  reader.finish();
  return packet;
}

function decodeBody(reader: Reader, type: number, flags: number, version: ProtocolVersion, bridge: boolean): Packet {
  if (type === TYPE.publish) return decodePublish(reader, flags, version);
  if (type === TYPE.connect) return decodeConnect(reader, flags);
  if (NEVER.has(type)) throw notFromClient(type);
  const reserved = type === TYPE.pubrel || type === TYPE.subscribe || type === TYPE.unsubscribe ? 0x02 : 0;
  // MQTT 3.1 repeats PUBREL, SUBSCRIBE and UNSUBSCRIBE with DUP.
  const given = version === 3 && reserved !== 0 ? flags & ~0x08 : flags;
  if (given !== reserved) throw new ProtocolFault(REASON.malformed_packet, 'reserved flags of the fixed header'); // [MQTT-2.1.3-1]
  // Whoever puts something into a ping speaks another protocol: nothing is answered, as in mosquitto.
  if (PINGS.has(type) && reader.remaining > 0) throw new ProtocolFault(undefined, 'a ping with something in it');
  switch (type) {
    case TYPE.puback:
      return decodeAcknowledgement(reader, 'puback', version);
    case TYPE.pubrec:
      return decodeAcknowledgement(reader, 'pubrec', version);
    case TYPE.pubrel:
      return decodeAcknowledgement(reader, 'pubrel', version);
    case TYPE.pubcomp:
      return decodeAcknowledgement(reader, 'pubcomp', version);
    case TYPE.subscribe:
      return decodeSubscribe(reader, version, bridge);
    case TYPE.unsubscribe:
      return decodeUnsubscribe(reader, version);
    case TYPE.pingreq:
      return { type: 'pingreq' };
    case TYPE.disconnect:
      return decodeDisconnect(reader, version);
    default:
      throw notFromClient(type);
  }
}

function notFromClient(type: number): ProtocolFault {
  return new ProtocolFault(REASON.protocol_error, `a packet of type ${type >> 4}, which no client sends`);
}
