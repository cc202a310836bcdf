import { ProtocolFault } from '../fault.ts';
import { REASON } from '../reason.ts';
import { type ProtocolVersion, type SubscribePacket, type SubscriptionRequest, TYPE } from './packet.ts';
import { IN, readProperties, writeProperties } from './properties.ts';
import type { Reader } from './reader.ts';
import { Writer } from './writer.ts';

const malformed = (what: string) => new ProtocolFault(REASON.malformed_packet, what);

/** SUBSCRIBE [MQTT 5.0, 3.8]; a bridge of the time before MQTT 5 asks by its protocol level for what 5 has options for. */
export function decodeSubscribe(reader: Reader, version: ProtocolVersion, bridge: boolean): SubscribePacket {
  const packetId = reader.uint16();
  if (packetId === 0) throw malformed('packet identifier 0');
  const properties = version === 5 ? readProperties(reader, IN.subscribe) : undefined;
  if (properties?.subscriptionIdentifier === 0) throw malformed('subscription identifier 0'); // (MQTT 5.0, 3.8.2.1.2)
  const subscriptions: SubscriptionRequest[] = [];
  // At least one [MQTT-3.8.3-2].
  do subscriptions.push(readSubscription(reader, version, bridge));
  while (reader.remaining > 0);
  return { type: 'subscribe', packetId, subscriptions, ...(properties && { properties }) };
}

function readSubscription(reader: Reader, version: ProtocolVersion, bridge: boolean): SubscriptionRequest {
  const filter = reader.name();
  if (filter === '') throw malformed('an empty filter'); // [MQTT-4.7.3-1]
  const options = reader.byte();
  const qos = options & 0x03;
  const retainHandling = (options >> 4) & 0x03;
  // [MQTT-3.8.3-5]; before MQTT 5 [MQTT-3-8.3-4].
  if ((options & (version === 5 ? 0xc0 : 0xfc)) !== 0 || qos === 3 || retainHandling === 3) {
    throw malformed(`subscription options 0x${options.toString(16)}`);
  }
  return {
    filter,
    qos: qos === 0 ? 0 : qos === 1 ? 1 : 2,
    noLocal: bridge || (options & 0x04) !== 0,
    retainAsPublished: bridge || (options & 0x08) !== 0,
    retainHandling: retainHandling === 0 ? 0 : retainHandling === 1 ? 1 : 2,
  };
}

/** SUBACK [MQTT 5.0, 3.9]; before MQTT 5 the only failure is 0x80 [MQTT-3.9.3-2]. */
export function encodeSuback(
  version: ProtocolVersion,
  packetId: number,
  reasons: readonly number[],
  reasonString?: string,
): Buffer {
  const writer = new Writer().uint16(packetId);
  if (version === 5) writeProperties(writer, reasonString === undefined ? undefined : { reasonString });
  for (const reason of reasons) writer.byte(version !== 5 && reason >= 0x80 ? 0x80 : reason);
  return writer.packet(TYPE.suback);
}
