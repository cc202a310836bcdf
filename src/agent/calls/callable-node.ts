import { entityTopics, type Health, type NodeInfo } from '#topics';
import type { Config } from '../config/config.ts';
import type { LoadedConfig } from '../config/load.ts';
import { ConfigError, type Problem } from '../config/problem.ts';
import type { Entities } from '../entity/entities.ts';
import type { Log } from '../log/log.ts';
import { payloads } from '../platforms/payloads.ts';
import { linesOf, platformOf } from '../platforms/platforms.ts';
import type { ReloadReport } from '../reload/reload.ts';
import type { EntityDescription } from './entities.ts';
import type { CallableNode, ConfigVerdict } from './method.ts';

export interface CallableParts {
  readonly config: () => Config;
  readonly load: () => Promise<LoadedConfig>;
  readonly reload: () => Promise<ReloadReport>;
  readonly entities: Entities;
  readonly broker: CallableNode['broker'];
  readonly outbox: CallableNode['outbox'];
  readonly bridges: CallableNode['bridges'];
  readonly deadLetters: CallableNode['deadLetters'];
  readonly recorder: CallableNode['recorder'];
  readonly clock: CallableNode['clock'];
  readonly info: { read(): NodeInfo };
  readonly health: { read(): Promise<Health> };
  readonly log: Log;
}

/** The running node, as methods may ask it. */
export function callableNode(parts: CallableParts): CallableNode {
  const { config, load, reload, entities, broker, outbox, bridges, deadLetters, recorder, clock, info, health, log } =
    parts;
  return {
    info: () => info.read(),
    health: () => health.read(),
    entities: () => describe(config(), entities),
    broker,
    outbox,
    bridges,
    deadLetters,
    recorder,
    clock,
    checkConfig: () => verdict(load),
    reload: async () => {
      const { error, ...report } = await reload();
      if (error !== undefined) throw error;
      return report;
    },
    log,
  };
}

function describe({ node, entities }: Config, running: Entities): readonly EntityDescription[] {
  return running.list().map(({ id, platform, state, available, last_changed_ms }) => {
    const topics = entityTopics(node.id, id);
    const config = entities.find((entity) => entity.id === id);
    const component = config && platformOf(config.platform)?.discover(config, topics);
    const parts = component === undefined ? [] : payloads(component);
    return {
      id,
      platform,
      ...(typeof config?.name === 'string' && { name: config.name }),
      topics: Object.fromEntries(parts.map(([part]) => [part, topics[part]])),
      lines: config === undefined ? [] : linesOf(config),
      ...(state !== undefined && { state }),
      available,
      ...(last_changed_ms !== undefined && { last_changed: new Date(last_changed_ms).toISOString() }),
    };
  });
}

async function verdict(load: () => Promise<LoadedConfig>): Promise<ConfigVerdict> {
  try {
    const { file } = await load();
    return { ok: true, file, problems: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { ok: false, file: error.problems[0]?.file ?? '', problems: error.problems.map(complaint) };
  }
}

const complaint = ({ code, file, at, message }: Problem) => ({
  code,
  at: at === undefined ? file : `${file}:${at.line}:${at.column}`,
  message,
});
