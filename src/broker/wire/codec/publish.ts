import type { MessageProperties, Qos } from '#topics';
import { ProtocolFault } from '../fault.ts';
import { REASON } from '../reason.ts';
import { type ProtocolVersion, type PublishPacket, TYPE } from './packet.ts';
import { IN, readProperties, writeProperties } from './properties.ts';
import type { Reader } from './reader.ts';
import { Writer } from './writer.ts';

const DUP = 0x08;
const RETAIN = 0x01;
/** Payloads up to this many bytes are copied into the frame: one buffer is cheaper to write than two. */
const INLINE_BYTES = 4_096;

/** PUBLISH [MQTT 5.0, 3.3]. `flags` are the low four bits of the first byte. */
export function decodePublish(reader: Reader, flags: number, version: ProtocolVersion): PublishPacket {
  const qos = (flags >> 1) & 0x03;
  const dup = (flags & DUP) !== 0;
  if (qos === 3) throw new ProtocolFault(REASON.malformed_packet, 'a PUBLISH has QoS 3'); // [MQTT-3.3.1-4]
  if (qos === 0 && dup) throw new ProtocolFault(REASON.malformed_packet, 'DUP is set at QoS 0'); // [MQTT-3.3.1-2]
  const topic = reader.name();
  const packetId = qos === 0 ? 0 : reader.uint16();
  if (qos !== 0 && packetId === 0) throw new ProtocolFault(REASON.protocol_error, 'packet identifier 0'); // [MQTT-2.2.1-3]
  const properties = version === 5 ? readProperties(reader, IN.publish) : undefined;
  return {
    type: 'publish',
    topic,
    payload: reader.rest(),
    qos: qos === 0 ? 0 : qos === 1 ? 1 : 2,
    retain: (flags & RETAIN) !== 0,
    dup,
    packetId,
    properties,
  };
}

/** A PUBLISH ready for the wire but for its packet identifier, so that all subscribers with the same grant share it. */
export interface PublishFrame {
  readonly head: Buffer;
  /** What follows `head`, when the payload is too large to copy. */
  readonly payload: Buffer | undefined;
  /** Where in `head` the packet identifier goes; 0 at QoS 0. */
  readonly idAt: number;
  /** Bytes of the whole packet. */
  readonly size: number;
}

export interface PublishHeader {
  readonly qos: Qos;
  readonly retain: boolean;
  readonly subscriptionIdentifiers?: readonly number[];
  readonly topicAlias?: number;
}

/** What a header takes besides topic and properties, in bytes. */
const ROOM = 16;
/** What the properties of most messages take, in bytes. */
const PROPERTIES_ROOM = 112;

/** In one piece, that mostly is as long as it becomes: this is written for every message. */
export function encodePublish(
  version: ProtocolVersion,
  topic: string,
  payload: Buffer,
  properties: MessageProperties | undefined,
  header: PublishHeader,
): PublishFrame {
  const inline = payload.length <= INLINE_BYTES;
  const room = properties === undefined ? ROOM : ROOM + PROPERTIES_ROOM;
  const writer = new Writer(room + topic.length + (inline ? payload.length : 0)).string(topic);
  const idAt = writer.length;
  if (header.qos > 0) writer.uint16(0);
  if (version === 5) writePublishProperties(writer, properties, header);
  if (inline) writer.raw(payload);
  const rest = inline ? 0 : payload.length;
  const first = TYPE.publish | (header.qos << 1) | (header.retain ? RETAIN : 0);
  const head = writer.packet(first, rest);
  return {
    head,
    payload: inline ? undefined : payload,
    idAt: header.qos === 0 ? 0 : head.length - writer.length + idAt,
    size: head.length + rest,
  };
}

function writePublishProperties(
  writer: Writer,
  properties: MessageProperties | undefined,
  { topicAlias, subscriptionIdentifiers }: PublishHeader,
): void {
  writeProperties(
    writer,
    topicAlias === undefined ? properties : { ...properties, topicAlias },
    subscriptionIdentifiers,
  );
}

/** The frame's head with a packet identifier of its own, and DUP when it is sent again [MQTT-3.3.1-1]. */
export function headWithId(frame: PublishFrame, packetId: number, dup: boolean): Buffer {
  const head = Buffer.from(frame.head);
  head.writeUInt16BE(packetId, frame.idAt);
  if (dup) head[0] = (head[0] ?? 0) | DUP;
  return head;
}
