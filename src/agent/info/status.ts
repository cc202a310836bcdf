import { type Message, nodeTopics, type OFFLINE, type ONLINE } from '#topics';

/** What the node says of itself on its `status` topic, and others about it when it can no longer. */
export function statusMessage(node: string, status: typeof ONLINE | typeof OFFLINE): Message {
  return { topic: nodeTopics(node).status, payload: Buffer.from(status), qos: 1, retain: true };
}
