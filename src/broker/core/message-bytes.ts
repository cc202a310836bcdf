import type { Message } from '#topics';

/** What a message holds in memory besides its texts and payload, and what each property does, about. */
const MESSAGE_BYTES = 256;
const PROPERTY_BYTES = 64;

/** What a message holds in memory, roughly: for bounds. */
export function messageBytes({ topic, payload, properties }: Message): number {
  const bytes = MESSAGE_BYTES + topic.length + payload.length;
  if (properties === undefined) return bytes;
  const { contentType = '', responseTopic = '', correlationData, userProperties = [] } = properties;
  const users = userProperties.reduce((sum, [name, value]) => sum + PROPERTY_BYTES + name.length + value.length, 0);
  return bytes + contentType.length + responseTopic.length + (correlationData?.length ?? 0) + users;
}
