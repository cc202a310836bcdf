import { ProtocolFault } from '../fault.ts';
import { REASON } from '../reason.ts';
import { type ProtocolVersion, TYPE, type UnsubscribePacket } from './packet.ts';
import { IN, readProperties } from './properties.ts';
import type { Reader } from './reader.ts';
import { Writer } from './writer.ts';

/** UNSUBSCRIBE [MQTT 5.0, 3.10]. */
export function decodeUnsubscribe(reader: Reader, version: ProtocolVersion): UnsubscribePacket {
  const packetId = reader.uint16();
  if (packetId === 0) throw new ProtocolFault(REASON.malformed_packet, 'packet identifier 0');
  if (version === 5) readProperties(reader, IN.unsubscribe);
  const filters: string[] = [];
  // At least one [MQTT-3.10.3-2].
  do {
    const filter = reader.name();
    if (filter === '') throw new ProtocolFault(REASON.malformed_packet, 'an empty filter'); // [MQTT-4.7.3-1]
    filters.push(filter);
  } while (reader.remaining > 0);
  return { type: 'unsubscribe', packetId, filters };
}

/** UNSUBACK [MQTT 5.0, 3.11]; before MQTT 5 it has no payload. */
export function encodeUnsuback(version: ProtocolVersion, packetId: number, reasons: readonly number[]): Buffer {
  const writer = new Writer().uint16(packetId);
  if (version === 5) {
    writer.byte(0);
    for (const reason of reasons) writer.byte(reason);
  }
  return writer.packet(TYPE.unsuback);
}
