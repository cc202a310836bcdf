import type { IPublishPacket } from 'mqtt';
import type { Message, MessageProperties, UserProperty } from '#topics';

type PacketProperties = NonNullable<IPublishPacket['properties']>;

/** A received PUBLISH as the rest of the project knows a message. */
export function fromPacket(packet: IPublishPacket): Message {
  const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
  const message = { topic: packet.topic, payload, qos: packet.qos, retain: packet.retain };
  return packet.properties === undefined ? message : { ...message, properties: fromProperties(packet.properties) };
}

function fromProperties(properties: PacketProperties): MessageProperties {
  const { payloadFormatIndicator, messageExpiryInterval, contentType, responseTopic, correlationData } = properties;
  return {
    ...(payloadFormatIndicator === undefined ? {} : { payloadFormatIndicator }),
    ...(messageExpiryInterval === undefined ? {} : { messageExpiryInterval }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(responseTopic === undefined ? {} : { responseTopic }),
    ...(correlationData === undefined ? {} : { correlationData }),
    ...(properties.userProperties === undefined
      ? {}
      : { userProperties: fromUserProperties(properties.userProperties) }),
  };
}

function fromUserProperties(properties: NonNullable<PacketProperties['userProperties']>): UserProperty[] {
  return Object.entries(properties).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one): UserProperty => [name, one]),
  );
}

/** The properties of a PUBLISH to send. */
export function toProperties(properties: MessageProperties): PacketProperties {
  const { userProperties, ...rest } = properties;
  return userProperties === undefined ? { ...rest } : { ...rest, userProperties: toUserProperties(userProperties) };
}

function toUserProperties(properties: readonly UserProperty[]): Record<string, string | string[]> {
  const byName = new Map<string, string[]>();
  for (const [name, value] of properties) byName.set(name, [...(byName.get(name) ?? []), value]);
  return Object.fromEntries(byName);
}
