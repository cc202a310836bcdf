import { isDeepStrictEqual } from 'node:util';
import type { BridgeOptions, BrokerOptions } from '#broker';
import type { Config, HomeAssistantConfig, LogLevel } from '../config/config.ts';
import type { EntityConfig } from '../platforms/platform.ts';

/** What it was and what it is to be. */
interface Change<T> {
  readonly from: T;
  readonly to: T;
}

/** What a new config changes about the one that runs. What is missing stays as it is. */
export interface ReloadPlan {
  readonly entities: {
    readonly added: readonly EntityConfig[];
    readonly removed: readonly EntityConfig[];
    readonly changed: readonly Change<EntityConfig>[];
  };
  readonly broker?: Change<BrokerOptions>;
  readonly bridges?: Change<readonly BridgeOptions[]>;
  readonly home_assistant?: Change<HomeAssistantConfig>;
  readonly log_level?: Change<LogLevel>;
  /** The node's name or area, which only the announcement shows. */
  readonly device?: Change<Config['node']>;
  /** Settings, by their path in the config, that take a restart; they stay as they are until then. */
  readonly needs_restart: readonly string[];
}

/** These are decided once, when the node starts: the topics, the database and the driver hang on them. */
const FIXED: readonly { readonly path: string; readonly of: (config: Config) => unknown }[] = [
  { path: 'node.id', of: (config) => config.node.id },
  { path: 'hardware.gpio', of: (config) => config.hardware.gpio },
  { path: 'outbox', of: (config) => config.outbox },
  { path: 'history', of: (config) => config.history },
  { path: 'health', of: (config) => config.health },
];

export function diffConfig(running: Config, wanted: Config): ReloadPlan {
  const broker = change(running.broker, wanted.broker);
  const bridges = change(running.bridges, wanted.bridges);
  const home_assistant = change(running.home_assistant, wanted.home_assistant);
  const log_level = change(running.log.level, wanted.log.level);
  const device = change(running.node, { ...wanted.node, id: running.node.id });
  return {
    entities: diffEntities(running.entities, wanted.entities),
    ...(broker === undefined ? {} : { broker }),
    ...(bridges === undefined ? {} : { bridges }),
    ...(home_assistant === undefined ? {} : { home_assistant }),
    ...(log_level === undefined ? {} : { log_level }),
    ...(device === undefined ? {} : { device }),
    needs_restart: FIXED.filter(({ of }) => !isDeepStrictEqual(of(running), of(wanted))).map(({ path }) => path),
  };
}

/** The config that runs once the plan is applied: the wanted one, but for what needs a restart. */
export const afterReload = (running: Config, wanted: Config): Config => ({
  ...wanted,
  node: { ...wanted.node, id: running.node.id },
  hardware: running.hardware,
  outbox: running.outbox,
  history: running.history,
  health: running.health,
});

function diffEntities(running: readonly EntityConfig[], wanted: readonly EntityConfig[]): ReloadPlan['entities'] {
  const before = new Map(running.map((entity) => [entity.id, entity]));
  const after = new Set(wanted.map(({ id }) => id));
  const added: EntityConfig[] = [];
  const changed: Change<EntityConfig>[] = [];
  for (const to of wanted) {
    const from = before.get(to.id);
    if (from === undefined) added.push(to);
    else if (!isDeepStrictEqual(from, to)) changed.push({ from, to });
  }
  return { added, removed: running.filter(({ id }) => !after.has(id)), changed };
}

function change<T>(from: T, to: T): Change<T> | undefined {
  return isDeepStrictEqual(from, to) ? undefined : { from, to };
}
