import { isUtf8 } from 'node:buffer';
import { type Message, PinbusError, type Qos, topicNameFault } from '#topics';
import type { DropReason } from '../../core/counters.ts';
import { BrokerError } from '../../errors.ts';
import type { Session } from '../../session/session.ts';
import type { PublishPacket } from '../codec/packet.ts';
import type { Admission } from '../admission.ts';
import type { Connection } from '../connection.ts';
import { denial } from '../denial.ts';
import { ProtocolFault } from '../fault.ts';
import { REASON, type Reason } from '../reason.ts';
import { topicSizeFault } from '../topic-size.ts';

/** PUBLISH [MQTT 5.0, 3.3; 4.3]: delivered at once, acknowledged once it is kept. */
export function handlePublish(connection: Connection, admission: Admission, packet: PublishPacket): void {
  const message = toMessage(connection, packet);
  connection.paced();
  connection.traffic.messages_in++;
  connection.traffic.published_ms = connection.traffic.heard_ms;
  const { session } = admission;
  const { incoming } = session.state;
  if (packet.qos === 2 && incoming.has(packet.packetId)) {
    // The PUBREC was lost, not the message [MQTT-4.3.3-10]; or the message is still on its way to the disk.
    const under_way = session.receiving(packet.packetId);
    if (packet.dup && under_way === undefined) connection.repeats.heard(packet.packetId);
    return acknowledge(connection, packet, under_way, message.topic);
  }
  if (packet.qos === 2) checkReceiveMaximum(connection, incoming);
  const refusal = refusalOf(connection, session, message);
  if (refusal !== undefined) return refuse(connection, message, packet, refusal);
  if (connection.engine.options.check_payload_format === true && !hasSaidFormat(message))
    return refusePayload(connection, packet);
  if (packet.qos === 2) return takeOnce(connection, admission, packet, message);
  const kept = publish(connection, admission, message);
  if (packet.qos > 0) acknowledge(connection, packet, kept, message.topic);
}

/** A publisher that subscribes to its own topic hears that it is taken before it gets it, unless that waits for the disk. */
function takeOnce(connection: Connection, admission: Admission, packet: PublishPacket, message: Message): void {
  const { session, origin } = admission;
  const { router } = connection.engine;
  let kept: Promise<void> | undefined;
  connection.taking = true;
  try {
    kept = session.receive(packet.packetId, () => router.publish(message, origin));
  } catch (error) {
    kept = refused(error);
  } finally {
    connection.taking = false;
  }
  acknowledge(connection, packet, kept, message.topic);
  session.pump();
}

function publish({ engine }: Connection, { origin }: Admission, message: Message): Promise<void> | undefined {
  try {
    return engine.router.publish(message, origin);
  } catch (error) {
    return refused(error);
  }
}

/** What has no room anywhere was not even delivered: its publisher has it still. */
function refused(error: unknown): Promise<void> {
  if (error instanceof BrokerError && error.code === 'OUTBOX_FULL') return Promise.reject(error);
  throw error;
}

/** A payload that is said to be UTF-8 text is [MQTT 5.0, 3.3.2.3.2]. */
export function hasSaidFormat({ payload, properties }: Message): boolean {
  return properties?.payloadFormatIndicator !== true || isUtf8(payload);
}

function refusePayload(connection: Connection, { qos, packetId }: PublishPacket): void {
  const why = 'the payload is not UTF-8 text';
  if (qos === 0) throw new ProtocolFault(REASON.payload_format_invalid, why);
  connection.acks.now(qos === 1 ? 'puback' : 'pubrec', packetId, REASON.payload_format_invalid, why);
}

function toMessage(connection: Connection, packet: PublishPacket): Message {
  const topic = connection.aliases.resolve(packet.topic, packet.properties?.topicAlias);
  const fault = topicNameFault(topic);
  if (fault !== undefined) throw new ProtocolFault(REASON.malformed_packet, `a PUBLISH: ${fault}`); // [MQTT-3.3.2-2]
  const excess = topicSizeFault(topic, connection.engine.options.limits);
  if (excess !== undefined) throw new ProtocolFault(REASON.topic_name_invalid, `a PUBLISH: ${excess}`);
  const { payload, qos, retain } = packet;
  if (packet.properties === undefined) return { topic, payload, qos, retain };
  const { topicAlias: _, ...properties } = packet.properties;
  if (properties.responseTopic !== undefined && topicNameFault(properties.responseTopic) !== undefined) {
    throw new ProtocolFault(REASON.protocol_error, 'the response topic is no topic name'); // [MQTT-3.3.2-14]
  }
  return { topic, payload, qos, retain, properties };
}

/**
 * MQTT 5 clients know how many they may have under way [MQTT-3.3.4-9]. Whose acknowledgement is up to us are throttled before
 * it comes to that; those that a client has not released are up to it.
 */
function checkReceiveMaximum({ version, terms }: Connection, incoming: ReadonlySet<number>): void {
  if (version !== 5 || incoming.size < terms.receiveMaximum) return;
  throw new ProtocolFault(REASON.receive_maximum_exceeded, `more than ${terms.receiveMaximum} messages under way`);
}

function acknowledge(
  connection: Connection,
  { qos, packetId, retain }: PublishPacket,
  kept: Promise<void> | undefined,
  topic: string,
): void {
  const type = qos === 1 ? 'puback' : 'pubrec';
  const reason = taken(connection, qos, retain, topic, kept !== undefined);
  if (kept === undefined) return connection.acks.now(type, packetId, reason);
  const settle = connection.acks.expect(type, packetId);
  kept
    .then(
      () => settle(reason),
      (cause: unknown) => notKept(connection, cause, settle),
    )
    .finally(() => {
      if (connection.acks.length <= connection.terms.receiveMaximum / 2) connection.eased();
    });
}

/**
 * That nobody is there is told once, in the acknowledgement that ends it; not in a PUBREC, as in mosquitto. What is kept, and not
 * for being retained, is on its way to somebody.
 */
function taken({ engine }: Connection, qos: Qos, retain: boolean, topic: string, kept: boolean): Reason {
  if (qos === 2 || (kept && !retain) || engine.router.hub.reaches(topic)) return REASON.success;
  return REASON.no_matching_subscribers;
}

/** Before MQTT 5 the only way to say no is to leave: the client has it still and sends it again. */
function notKept(connection: Connection, cause: unknown, settle: (reason: number, why: string) => void): void {
  const { refusals, log } = connection.engine;
  if (refusals.begins(`keep ${connection.id}`)) {
    log.warn({ client: connection.id, err: cause }, 'a message was refused, for it cannot be kept');
  }
  if (connection.version !== 5) return connection.destroy();
  const later = cause instanceof PinbusError && cause.retryable;
  settle(later ? REASON.quota_exceeded : REASON.implementation_specific, 'it cannot be kept');
}

/** What speaks against a message, whoever sent it. */
interface Refusal {
  readonly reason: Reason;
  /** In words, for MQTT 5. */
  readonly why?: string;
  readonly counted: DropReason;
  /** For the log. */
  readonly told: string;
}

/** Undefined: it may be published. */
function refusalOf({ engine }: Connection, { acl }: Session, { topic, payload }: Message): Refusal | undefined {
  const { options } = engine;
  if (!acl.mayWrite(topic)) {
    const told = 'a client may not publish to this topic';
    // The code says it all, and mosquitto's says no more.
    return { ...denial(options), counted: 'not_authorized', told };
  }
  if (payload.length <= (options.limits.payload_size ?? Number.POSITIVE_INFINITY)) return undefined;
  const why = 'the payload is too large';
  // An acknowledgement has no code of its own for it [MQTT 5.0, 3.4.2.1].
  return { reason: REASON.quota_exceeded, why, counted: 'packet_too_large', told: 'a payload is too large' };
}

/** MQTT 5 says so; an older client can only be told by the end of its connection, if that is wanted. The message goes nowhere. */
function refuse(
  connection: Connection,
  { topic }: Message,
  { qos, packetId }: PublishPacket,
  { reason, why, counted, told }: Refusal,
): void {
  const { counters, refusals, log, options } = connection.engine;
  counters.dropped[counted]++;
  if (refusals.begins(`publish ${connection.id} ${topic}`)) log.warn({ client: connection.id, topic }, told);
  if (connection.version !== 5 && options.denied_publish === 'close') return connection.end(reason);
  if (qos === 0) return;
  const type = qos === 1 ? 'puback' : 'pubrec';
  if (connection.version !== 5) return connection.acks.now(type, packetId, REASON.success);
  connection.acks.now(type, packetId, reason, why);
}
