import { Command } from 'commander';
import { LinuxMachine } from '#hw';
import type { DiscoveryDocument } from '#topics';
import { loadConfig, type LoadedConfig } from '../config/load.ts';
import { documentOf } from '../home-assistant/document.ts';
import { PLATFORMS } from '../platforms/platforms.ts';
import type { Io } from './io.ts';
import { paint } from './paint.ts';
import { type TopicRow, topicList } from './topic-list.ts';
import { version } from './version.ts';

interface TopicsOptions {
  readonly config?: string;
  readonly json?: true;
}

export const topicsCommand = (io: Io): Command =>
  new Command('topics')
    .description('Lists every topic and Home Assistant entity of a config, without starting anything.')
    .option('-c, --config <file>', 'of this config instead of ./pinbus.yaml or /etc/pinbus/pinbus.yaml')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Examples:
  pinbus topics                                              ./pinbus.yaml, else the demo
  pinbus topics -c porch.yaml                                before it runs anywhere
  pinbus topics | grep /set                                  what can be commanded
  pinbus topics --json | jq -r '.topics[].topic'             for a script`,
    )
    .action(async (options: TopicsOptions) => {
      const loaded = await loadConfig({ file: options.config, env: io.env, cwd: io.cwd });
      const topics = topicList(loaded.config, PLATFORMS);
      const entities = homeAssistantEntities(loaded, (await new LinuxMachine().throttling()) !== undefined);
      if (options.json) {
        io.stdout.write(`${JSON.stringify({ node: loaded.config.node, topics, home_assistant: entities }, null, 2)}\n`);
      } else {
        io.stdout.write(`${[legend(io), '', ...render(topics, io), '', ...renderEntities(entities, io)].join('\n')}\n`);
      }
    });

/** An entity as Home Assistant will have it. */
interface HomeAssistantEntity {
  readonly entity_id: string;
  readonly name: string | null;
  readonly unique_id: string;
}

function homeAssistantEntities({ config }: LoadedConfig, tells_throttling: boolean): HomeAssistantEntity[] {
  if (!config.home_assistant.discovery) return [];
  const document = documentOf(config, { version: version(), board: undefined, tells_throttling }, PLATFORMS);
  return Object.values(document.components).flatMap(entityOf);
}

function entityOf(component: DiscoveryDocument['components'][string]): HomeAssistantEntity[] {
  if (!('default_entity_id' in component) || component.default_entity_id === undefined) return [];
  const { default_entity_id, unique_id = '' } = component;
  return [{ entity_id: default_entity_id, name: 'name' in component ? (component.name ?? null) : null, unique_id }];
}

const legend = (io: Io): string =>
  paint(io.colour).dim('keeps: published, retained    says: published    takes: subscribed to');

function render(rows: readonly TopicRow[], io: Io): string[] {
  const { bold, dim } = paint(io.colour);
  const width = Math.max(...rows.map(({ topic }) => topic.length));
  let entity: string | undefined;
  return rows.flatMap((row) => {
    const heading = row.entity !== undefined && row.entity !== entity ? ['', bold(row.entity)] : [];
    entity = row.entity;
    const kind = row.direction === 'in' ? 'takes' : row.retained ? 'keeps' : 'says ';
    const bridges =
      row.bridges.length === 0 ? '' : dim(` (${row.direction === 'out' ? 'to' : 'from'} ${row.bridges.join(', ')})`);
    return [...heading, `${dim(kind)}  ${row.topic.padEnd(width)}  ${row.payload}${bridges}`];
  });
}

function renderEntities(entities: readonly HomeAssistantEntity[], io: Io): string[] {
  const { bold, dim } = paint(io.colour);
  if (entities.length === 0) return [dim('Home Assistant is told nothing (home_assistant.discovery is false).')];
  const width = Math.max(...entities.map(({ entity_id }) => entity_id.length));
  return [
    bold('Home Assistant'),
    ...entities.map(({ entity_id, name }) => `${entity_id.padEnd(width)}  ${name ?? dim("the device's name")}`),
  ];
}
