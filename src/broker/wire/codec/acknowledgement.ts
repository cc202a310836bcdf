import { ProtocolFault } from '../fault.ts';
import { REASON } from '../reason.ts';
import { type AcknowledgementPacket, type ProtocolVersion, TYPE } from './packet.ts';
import { IN, readProperties, writeProperties } from './properties.ts';
import type { Reader } from './reader.ts';
import { Writer } from './writer.ts';

type Kind = AcknowledgementPacket['type'];

/** First bytes; PUBREL has reserved flags [MQTT-3.6.1-1]. */
const FIRST: Readonly<Record<Kind, number>> = {
  puback: TYPE.puback,
  pubrec: TYPE.pubrec,
  pubrel: TYPE.pubrel | 0x02,
  pubcomp: TYPE.pubcomp,
};

/** Reason codes a client may give [MQTT 5.0, tables 3-4 to 3-7]. */
const FROM_PUBLISH = new Set([0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99]);
const FROM_RELEASE = new Set([0x00, 0x92]);

/** PUBACK, PUBREC, PUBREL, PUBCOMP [MQTT 5.0, 3.4 to 3.7]. */
export function decodeAcknowledgement(reader: Reader, type: Kind, version: ProtocolVersion): AcknowledgementPacket {
  const packetId = reader.uint16();
  if (packetId === 0) throw new ProtocolFault(REASON.protocol_error, 'packet identifier 0');
  let reason = 0;
  if (version === 5 && reader.remaining > 0) {
    reason = reader.byte();
    const allowed = type === 'puback' || type === 'pubrec' ? FROM_PUBLISH : FROM_RELEASE;
    if (!allowed.has(reason)) {
      throw new ProtocolFault(REASON.protocol_error, `reason code 0x${reason.toString(16)} in a ${type}`);
    }
    if (reader.remaining > 0) readProperties(reader, IN.acknowledgement);
  }
  return { type, packetId, reason };
}

/** In its shortest form: the reason code only when it is not success [MQTT 5.0, 3.4.2.1]. `why` is for MQTT 5. */
export function encodeAcknowledgement(
  version: ProtocolVersion,
  type: Kind,
  packetId: number,
  reason = 0,
  why?: string,
): Buffer {
  if (version === 5 && why !== undefined) {
    const writer = new Writer().uint16(packetId).byte(reason);
    writeProperties(writer, { reasonString: why });
    return writer.packet(FIRST[type]);
  }
  const long = version === 5 && reason !== REASON.success;
  const packet = Buffer.allocUnsafe(long ? 5 : 4);
  packet[0] = FIRST[type];
  packet[1] = packet.length - 2;
  packet.writeUInt16BE(packetId, 2);
  if (long) packet[4] = reason;
  return packet;
}
