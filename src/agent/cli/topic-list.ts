import { discoveryTopics, entityTopics, goesOut, goesTo, nodeTopics, TREE } from '#topics';
import type { BridgeOptions } from '#broker';
import { methodsOf } from '../calls/methods.ts';
import type { Config } from '../config/config.ts';
import { payloads } from '../platforms/payloads.ts';
import type { EntityConfig, Platform } from '../platforms/platform.ts';

/** A topic that a node with this config has. */
export interface TopicRow {
  readonly topic: string;
  /** Whether the node publishes it or takes what others publish. */
  readonly direction: 'out' | 'in';
  readonly retained: boolean;
  /** What a payload looks like. */
  readonly payload: string;
  /** The entity it belongs to; missing for those of the node itself. */
  readonly entity?: string;
  /** Names of the bridges that carry it, in its direction. */
  readonly bridges: readonly string[];
}

/** Every topic of a node, before anything runs: the node's own first, then each entity's in the order of the config. */
export function topicList(config: Config, platforms: readonly Platform[]): TopicRow[] {
  const rows = [...nodeRows(config), ...config.entities.flatMap((entity) => entityRows(config, entity, platforms))];
  return rows.map((row) => ({ ...row, bridges: bridgesOf(config, row) }));
}

type Row = Omit<TopicRow, 'bridges'>;

function nodeRows({ node, home_assistant, hardware }: Config): Row[] {
  const topics = nodeTopics(node.id);
  const rows = [
    says(topics.status, 'online | offline'),
    says(topics.info, '{"name":...,"version":...,"entities":[...]}'),
    says(topics.health, '{"uptime_s":...,"memory":{...},"broker":{...}}'),
    says(topics.rejected, '{"topic":...,"code":...,"message":...,"client":...}', false),
    ...methodsOf(undefined).map(({ name, summary }) => takes(topics.call(name), summary)),
  ];
  if (hardware.gpio.driver === 'sim') rows.push(takes(topics.filters.sim, 'high | low | open'));
  if (home_assistant.discovery) {
    const { config, birth } = discoveryTopics(home_assistant.prefix, node.id);
    rows.push(says(config, "Home Assistant's discovery document"), takes(birth, 'online | offline'));
  }
  return rows;
}

function entityRows({ node }: Config, entity: EntityConfig, platforms: readonly Platform[]): Row[] {
  const platform = platforms.find(({ name }) => name === entity.platform);
  if (platform === undefined) return [];
  const topics = entityTopics(node.id, entity.id);
  const component = platform.discover(entity, topics);
  return payloads(component).map(([part, payload]) => ({
    ...(part === 'set' ? takes(topics.set, payload) : says(topics[part], payload, part !== 'event')),
    entity: entity.id,
  }));
}

const says = (topic: string, payload: string, retained = true): Row => ({ topic, direction: 'out', retained, payload });
const takes = (topic: string, payload: string): Row => ({ topic, direction: 'in', retained: false, payload });

function bridgesOf({ bridges }: Config, { topic, direction }: Row): string[] {
  // A filter such as `sim/+/set` stands for many topics, each of which a rule may carry or not.
  if (!topic.startsWith(TREE) || topic.includes('+')) return [];
  const carries = (bridge: BridgeOptions): boolean =>
    (direction === 'out' ? goesOut(bridge, topic)?.topic : goesTo(bridge, topic)) !== undefined;
  return bridges.filter(carries).map(({ name }) => name);
}
