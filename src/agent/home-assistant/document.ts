import { type AnnouncedComponent, type DiscoveryDocument, discoveryDocument, entityTopics } from '#topics';
import type { Config } from '../config/config.ts';
import type { Platform } from '../platforms/platform.ts';
import { diagnostics } from './diagnostics.ts';

/** What the document says besides the config. */
export interface DeviceFacts {
  /** Of pinbus. */
  readonly version: string;
  /** As the machine names itself; undefined where it does not. */
  readonly board: string | undefined;
  /** Whether the machine says what slows it down, as a Raspberry Pi does. */
  readonly tells_throttling: boolean;
}

/** The document that announces a node with this config. */
export function documentOf(config: Config, facts: DeviceFacts, platforms: readonly Platform[]): DiscoveryDocument {
  const { id, name, area } = config.node;
  return discoveryDocument({
    node: id,
    sw_version: facts.version,
    device: {
      name,
      manufacturer: 'pinbus',
      ...(facts.board !== undefined && { model: facts.board }),
      ...(area !== undefined && { suggested_area: area }),
    },
    components: [...announcedEntities(config, platforms), ...diagnostics(config, facts)],
  });
}

function announcedEntities({ node, entities }: Config, platforms: readonly Platform[]): readonly AnnouncedComponent[] {
  return entities.flatMap((entity) => {
    const platform = platforms.find(({ name }) => name === entity.platform);
    if (platform === undefined) return [];
    const topics = entityTopics(node.id, entity.id);
    const also = Object.entries(platform.also?.(entity, topics) ?? {});
    return [
      { entity: entity.id, component: platform.discover(entity, topics) },
      ...also.map(([part, component]) => ({ entity: entity.id, part, component })),
    ];
  });
}
