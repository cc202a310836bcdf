import { TopicsError } from './errors.ts';

/** The name of a node on the bus: one level of a topic, `[a-z0-9_-]{1,64}`. */
export type NodeId = string & { readonly __id: 'node' };
/** The name of an entity within its node: one level of a topic, `[a-z0-9_-]{1,64}`, none of RESERVED_ENTITY_IDS. */
export type EntityId = string & { readonly __id: 'entity' };

/** What stands where an entity's id would, in the topics of the node itself. */
export const RESERVED_ENTITY_IDS = [
  'status',
  'info',
  'health',
  'rejected',
  'doctor',
  'call',
  'sim',
  'clients',
] as const;

const ID = /^[a-z0-9_-]{1,64}$/;
const RESERVED: ReadonlySet<string> = new Set(RESERVED_ENTITY_IDS);

/** Why a text is not a node id, or undefined when it is one. */
export function nodeIdFault(text: string): string | undefined {
  if (ID.test(text)) return undefined;
  return text.length > 64 ? 'an id has at most 64 characters' : 'an id is made of a-z, 0-9, "_" and "-"';
}

/** Why a text is not an entity id, or undefined when it is one. */
export function entityIdFault(text: string): string | undefined {
  if (RESERVED.has(text)) return `"${text}" is reserved for a topic of the node (${RESERVED_ENTITY_IDS.join(', ')})`;
  return nodeIdFault(text);
}

/** Throws TOPICS_ID_INVALID. */
export function parseNodeId(text: string): NodeId {
  const fault = nodeIdFault(text);
  if (fault !== undefined) throw new TopicsError('TOPICS_ID_INVALID', `node id ${JSON.stringify(text)}: ${fault}`);
  return text as NodeId;
}

/** Throws TOPICS_ID_INVALID. */
export function parseEntityId(text: string): EntityId {
  const fault = entityIdFault(text);
  if (fault !== undefined) throw new TopicsError('TOPICS_ID_INVALID', `entity id ${JSON.stringify(text)}: ${fault}`);
  return text as EntityId;
}
