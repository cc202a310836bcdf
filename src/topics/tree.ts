import { TopicsError } from './errors.ts';
import { type EntityId, entityIdFault, type NodeId, nodeIdFault, parseEntityId, parseNodeId } from './ids.ts';

/** The first two levels of every topic of pinbus: its name and the version of the tree. */
export const TREE = 'pinbus/v1';

const METHOD = /^[a-z0-9_]+(\.[a-z0-9_]+)*$/;
/** Nothing that came as UTF-8 has one, and encodeURIComponent throws on it. */
const LONE_SURROGATE = /\p{Cs}/gu;
const LINE = /^[A-Za-z0-9_.-]+$/;

/** The topics of one node, but those of its entities. Retained: status, info, health and client. */
export interface NodeTopics {
  /** `online` or `offline`, which is also the last will. */
  readonly status: string;
  readonly info: string;
  readonly health: string;
  readonly rejected: string;
  /** What `pinbus doctor` sends upstream, to see whether it is taken. Nobody listens to it. */
  readonly doctor: string;
  /** A request for a method such as `info` or `log.level`. */
  readonly call: (method: string) => string;
  /** Presence of a client. Its id may have any character, so what a level cannot hold is percent-encoded. */
  readonly client: (id: string) => string;
  /** Sets the level of a simulated line (its number or its name). */
  readonly sim: (line: number | string) => string;
  /** Filters for what the node listens to, for presence, and for all that it says. */
  readonly filters: {
    readonly set: string;
    readonly call: string;
    readonly sim: string;
    readonly clients: string;
    /** What entities say. */
    readonly told: readonly string[];
    readonly all: string;
  };
}

/** The topics of one entity. Retained: state, attributes and availability. */
export interface EntityTopics {
  readonly state: string;
  readonly attributes: string;
  /** `online` or `offline`, within a node that is online. */
  readonly availability: string;
  readonly event: string;
  /** Commands; never retained. */
  readonly set: string;
}

const NODE_PARTS = ['status', 'info', 'health', 'rejected', 'doctor'] as const;
const ENTITY_PARTS = ['state', 'attributes', 'availability', 'event', 'set'] as const;

/** A topic of the tree, taken apart. */
export type TreeTopic =
  | { readonly kind: (typeof NODE_PARTS)[number]; readonly node: NodeId }
  | { readonly kind: 'call'; readonly node: NodeId; readonly method: string }
  | { readonly kind: 'client'; readonly node: NodeId; readonly client: string }
  | { readonly kind: 'sim'; readonly node: NodeId; readonly line: string }
  | {
      readonly kind: 'entity';
      readonly node: NodeId;
      readonly entity: EntityId;
      readonly part: (typeof ENTITY_PARTS)[number];
    };

/** Throws TOPICS_ID_INVALID, and TOPICS_NAME_INVALID for a method or line that does not fit into a level. */
export function nodeTopics(node: string): NodeTopics {
  const base = `${TREE}/${parseNodeId(node)}`;
  return {
    status: `${base}/status`,
    info: `${base}/info`,
    health: `${base}/health`,
    rejected: `${base}/rejected`,
    doctor: `${base}/doctor`,
    call: (method) => `${base}/call/${fitting(METHOD, method)}`,
    client: (id) => `${base}/clients/${encodeURIComponent(id.replace(LONE_SURROGATE, '\ufffd'))}`,
    sim: (line) => `${base}/sim/${fitting(LINE, String(line))}/set`,
    filters: {
      set: `${base}/+/set`,
      call: `${base}/call/+`,
      sim: `${base}/sim/+/set`,
      clients: `${base}/clients/+`,
      told: ENTITY_PARTS.filter((part) => part !== 'set').map((part) => `${base}/+/${part}`),
      all: `${base}/#`,
    },
  };
}

/** Throws TOPICS_ID_INVALID. */
export function entityTopics(node: string, entity: string): EntityTopics {
  const base = `${TREE}/${parseNodeId(node)}/${parseEntityId(entity)}`;
  return {
    state: `${base}/state`,
    attributes: `${base}/attributes`,
    availability: `${base}/availability`,
    event: `${base}/event`,
    set: `${base}/set`,
  };
}

/** The inverse of `parseTopic`. */
export function formatTopic(topic: TreeTopic): string {
  switch (topic.kind) {
    case 'call':
      return nodeTopics(topic.node).call(topic.method);
    case 'client':
      return nodeTopics(topic.node).client(topic.client);
    case 'sim':
      return nodeTopics(topic.node).sim(topic.line);
    case 'entity':
      return entityTopics(topic.node, topic.entity)[topic.part];
    default:
      return nodeTopics(topic.node)[topic.kind];
  }
}

/** Undefined: not a topic of this tree. */
export function parseTopic(topic: string): TreeTopic | undefined {
  const [root, version, node, third, fourth, fifth, ...rest] = topic.split('/', 7);
  if (`${root}/${version}` !== TREE || node === undefined || third === undefined || rest.length > 0) return undefined;
  if (nodeIdFault(node) !== undefined) return undefined;
  const of = { node: node as NodeId };
  if (fourth === undefined) return isOneOf(NODE_PARTS, third) ? { kind: third, ...of } : undefined;
  if (fifth !== undefined) {
    return third === 'sim' && fifth === 'set' && LINE.test(fourth) ? { kind: 'sim', ...of, line: fourth } : undefined;
  }
  if (third === 'call') return METHOD.test(fourth) ? { kind: 'call', ...of, method: fourth } : undefined;
  if (third === 'clients') {
    const client = decodeLevel(fourth);
    return client === undefined ? undefined : { kind: 'client', ...of, client };
  }
  if (entityIdFault(third) !== undefined || !isOneOf(ENTITY_PARTS, fourth)) return undefined;
  return { kind: 'entity', ...of, entity: third as EntityId, part: fourth };
}

function fitting(pattern: RegExp, level: string): string {
  if (pattern.test(level)) return level;
  throw new TopicsError(
    'TOPICS_NAME_INVALID',
    `${JSON.stringify(level)} cannot be a level of a topic (${pattern.source})`,
  );
}

/** Only what encoding gives is taken back, so that a client has one topic. */
function decodeLevel(level: string): string | undefined {
  try {
    const text = decodeURIComponent(level);
    return encodeURIComponent(text) === level ? text : undefined;
  } catch {
    return undefined;
  }
}

function isOneOf<T extends string>(list: readonly T[], text: string): text is T {
  return (list as readonly string[]).includes(text);
}
