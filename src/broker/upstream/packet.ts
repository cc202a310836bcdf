import type { MessageProperties, UserProperty } from '#topics';
import type { IPublishPacket } from 'mqtt-packet';

/** Properties as mqtt-packet reads them; undefined: none that is a message's own. */
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
