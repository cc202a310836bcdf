import type { Message, MessageProperties, UserProperty } from '#topics';
import type { IPublishPacket } from 'mqtt-packet';

type PacketProperties = NonNullable<IPublishPacket['properties']>;
type PacketUserProperties = NonNullable<PacketProperties['userProperties']>;

/** Our properties as mqtt-packet writes them. User properties keep their order by name, and within a name. */
export function toPacket(
  properties: MessageProperties | undefined,
  marks: readonly UserProperty[],
): PacketProperties | undefined {
  const users = [...(properties?.userProperties ?? []), ...marks];
  if (properties === undefined && users.length === 0) return undefined;
  return {
    ...(properties?.payloadFormatIndicator === undefined
      ? {}
      : { payloadFormatIndicator: properties.payloadFormatIndicator }),
    ...(properties?.messageExpiryInterval === undefined
      ? {}
      : { messageExpiryInterval: properties.messageExpiryInterval }),
    ...(properties?.contentType === undefined ? {} : { contentType: properties.contentType }),
    ...(properties?.responseTopic === undefined ? {} : { responseTopic: properties.responseTopic }),
    ...(properties?.correlationData === undefined ? {} : { correlationData: properties.correlationData }),
    ...(users.length === 0 ? {} : { userProperties: grouped(users) }),
  };
}

export function fromPacket(properties: IPublishPacket['properties']): MessageProperties | undefined {
  if (properties === undefined) return undefined;
  const users = Object.entries(properties.userProperties ?? {}).flatMap(([name, values]) =>
    [values].flat().map((value): UserProperty => [name, value]),
  );
  const read: MessageProperties = {
    ...(properties.payloadFormatIndicator === true ? { payloadFormatIndicator: true } : {}),
    ...(properties.messageExpiryInterval === undefined
      ? {}
      : { messageExpiryInterval: properties.messageExpiryInterval }),
    ...(properties.contentType === undefined ? {} : { contentType: properties.contentType }),
    ...(properties.responseTopic === undefined ? {} : { responseTopic: properties.responseTopic }),
    ...(properties.correlationData === undefined ? {} : { correlationData: properties.correlationData }),
    ...(users.length === 0 ? {} : { userProperties: users }),
  };
  return Object.keys(read).length === 0 ? undefined : read;
}

/** Bytes of the PUBLISH, or a little more: enough to obey a Maximum Packet Size [MQTT-3.2.2-15]. */
export function packetSize({ topic, payload }: Message, properties: PacketProperties | undefined): number {
  // Fixed header, lengths, packet identifier; then each property with its identifier and lengths.
  let size = 5 + 2 + Buffer.byteLength(topic) + 2 + payload.byteLength;
  if (properties === undefined) return size;
  size += 4 + 2 + 5 + (properties.topicAlias === undefined ? 0 : 3);
  for (const text of [properties.contentType, properties.responseTopic]) {
    if (text !== undefined) size += 3 + Buffer.byteLength(text);
  }
  if (properties.correlationData !== undefined) size += 3 + properties.correlationData.byteLength;
  for (const [name, values] of Object.entries(properties.userProperties ?? {})) {
    for (const value of [values].flat()) size += 5 + Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  return size;
}

/** Without a prototype, so that no name is special. */
function grouped(users: readonly UserProperty[]): PacketUserProperties {
  const groups: PacketUserProperties = Object.create(null);
  for (const [name, value] of users) {
    const before = groups[name];
    groups[name] = before === undefined ? value : [before, value].flat();
  }
  return groups;
}
