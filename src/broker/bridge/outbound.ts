import {
  comesFrom,
  comesIn,
  goesOut,
  goesTo,
  type Message,
  type Qos,
  topicNameFault,
  type UserProperty,
} from '#topics';
import type { BridgeOptions } from '../options.ts';
import type { OutboxEntry } from '../outbox/outbox.ts';
import { asHistory } from './history.ts';
import { marks } from './marks.ts';

export type BridgeTopics = Pick<BridgeOptions, 'prefix' | 'out' | 'in' | 'replay'>;

/** A message as the upstream gets it. */
export interface Outbound {
  readonly message: Message;
  readonly qos: Qos;
  readonly marks: readonly UserProperty[];
}

/** What the upstream gets for an entry. Undefined: its topic has no valid name there. */
export function outbound(
  entry: OutboxEntry,
  node: string,
  bridge: BridgeTopics,
  historic: boolean,
  protocol: 4 | 5,
): Outbound | undefined {
  const named = namedUpstream(entry.message, bridge);
  if (named === undefined) return undefined;
  const message = historic
    ? asHistory({ ...entry, message: named.message }, node, bridge.replay.to, protocol)
    : named.message;
  if (topicNameFault(message.topic) !== undefined) return undefined;
  return { message, qos: named.qos, marks: marks(node, entry, historic) };
}

/** A message under the names of the upstream. One that no rule carries any more keeps its own: it is still owed. */
export function namedUpstream(
  message: Message,
  bridge: Omit<BridgeTopics, 'replay'>,
): { readonly message: Message; readonly qos: Qos } | undefined {
  const carried = goesOut(bridge, message.topic);
  if (carried === undefined) return { message, qos: 1 };
  const { rule, topic } = carried;
  if (topic === undefined) return undefined;
  const { responseTopic } = message.properties ?? {};
  return {
    message: {
      ...message,
      topic,
      retain: message.retain && rule.retain,
      ...(responseTopic === undefined
        ? {}
        : { properties: { ...message.properties, responseTopic: goesTo(bridge, responseTopic) ?? responseTopic } }),
    },
    qos: rule.qos,
  };
}

/** The same message as it would look if the upstream sent it back. */
export function echoOf({ message }: Outbound, bridge: Omit<BridgeTopics, 'replay'>): Message {
  const topic = comesIn(bridge, message.topic)?.topic ?? comesFrom(bridge, message.topic) ?? message.topic;
  return { ...message, topic };
}
