import { ProtocolFault } from '../fault.ts';
import { REASON } from '../reason.ts';
import { type DisconnectPacket, type ProtocolVersion, TYPE } from './packet.ts';
import { IN, readProperties, writeProperties } from './properties.ts';
import type { Reader } from './reader.ts';
import { Writer } from './writer.ts';

/** Reason codes a client may give [MQTT 5.0, table 3-10]. */
const FROM_CLIENT = new Set([0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99]);

/** DISCONNECT [MQTT 5.0, 3.14]. */
export function decodeDisconnect(reader: Reader, version: ProtocolVersion): DisconnectPacket {
  if (version !== 5 || reader.remaining === 0) return { type: 'disconnect', reason: REASON.success };
  const reason = reader.byte();
  if (!FROM_CLIENT.has(reason)) {
    // It is leaving: whatever is answered reaches nobody who waits for it.
    throw new ProtocolFault(undefined, `reason code 0x${reason.toString(16)} in a DISCONNECT`);
  }
  const properties = reader.remaining > 0 ? readProperties(reader, IN.disconnect) : undefined;
  return { type: 'disconnect', reason, ...(properties && { properties }) };
}

/** For MQTT 5 alone: before it, a server just closes. In its shortest form [MQTT 5.0, 3.14.2.2.1]. */
export function encodeDisconnect(reason: number, reasonString?: string, serverReference?: string): Buffer {
  const writer = new Writer().byte(reason);
  if (reasonString !== undefined || serverReference !== undefined) {
    writeProperties(writer, {
      ...(reasonString !== undefined && { reasonString }),
      ...(serverReference !== undefined && { serverReference }),
    });
  }
  return writer.packet(TYPE.disconnect);
}
