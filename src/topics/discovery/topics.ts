import { parseNodeId } from '../ids.ts';

export interface DiscoveryTopics {
  /** The node's one document. An empty payload removes the device; Home Assistant sends one when a user deletes it. */
  readonly config: string;
  /** Home Assistant says `online` here when it starts and `offline` when it stops. */
  readonly birth: string;
}

/** Throws TOPICS_ID_INVALID. */
export function discoveryTopics(prefix: string, node: string): DiscoveryTopics {
  return { config: `${prefix}/device/${deviceId(node)}/config`, birth: `${prefix}/status` };
}

/** The device's identifier and the object id of its topic. Throws TOPICS_ID_INVALID. */
export const deviceId = (node: string): string => `pinbus_${parseNodeId(node)}`;

/** Tells the document of a node, whatever its prefix and whichever node. */
export const isDeviceDocument = (topic: string): boolean =>
  topic.endsWith('/config') && /\/device\/pinbus_[a-z0-9_-]{1,64}\/config$/.test(topic);

/**
 * One per entity for ever, whatever its name: `pinbus_<node>.<key>`. An id has underscores but no dot, so that node `a_b` with
 * entity `c` is not node `a` with entity `b_c`.
 */
export const uniqueId = (node: string, key: string): string => `${deviceId(node)}.${key}`;
