import { discoveryTopics, encodeJson } from '#topics';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/agent/config/config.ts';
import { loadConfig } from '../../src/agent/config/load.ts';
import { documentOf } from '../../src/agent/home-assistant/document.ts';
import type { EntityConfig } from '../../src/agent/platforms/platform.ts';
import { PLATFORMS } from '../../src/agent/platforms/platforms.ts';
import { RATE_NAMES, UNIT_NAMES } from '../../src/agent/platforms/counter/units.ts';
import { configOf } from '../rigs/entity-bench.ts';
import { checkDiscovery } from './checker/checker.ts';

const FACTS = { version: '0.1.0', board: 'Raspberry Pi 5 Model B Rev 1.0', tells_throttling: true };
const house = async (): Promise<Config> => (await loadConfig({ env: {}, cwd: '/nonexistent' })).config;

/** By component: what Home Assistant knows it by. */
function identities(config: Config, facts = FACTS): Readonly<Record<string, unknown>> {
  const { device, components } = documentOf(config, facts, PLATFORMS);
  const ids = Object.entries(components).map(([key, component]) => [
    key,
    'unique_id' in component ? component.unique_id : undefined,
  ]);
  return { device: device.identifiers, ...Object.fromEntries(ids) };
}

const everyEntity = (config: Config, change: (entity: EntityConfig) => object): Config => ({
  ...config,
  entities: config.entities.map((entity) => ({ ...entity, ...change(entity) })),
});

describe('what Home Assistant knows an entity by', () => {
  it('is there for each of them, once', async () => {
    const known = Object.values(identities(await house()));
    expect(known).not.toContain(undefined);
    expect(new Set(known).size).toBe(known.length);
  });

  it('stays over another name, icon, area, order, version and board', async () => {
    const config = await house();
    const before = identities(config);
    const renamed = everyEntity(config, ({ id }) => ({ name: `Renamed ${id}`, icon: 'mdi:star' }));
    const { node } = config;
    expect(identities({ ...renamed, node: { ...node, name: 'Another porch', area: 'Garden' } })).toEqual(before);
    expect(identities({ ...config, entities: config.entities.toReversed() })).toEqual(before);
    expect(identities(config, { ...FACTS, version: '9.9.9', board: 'Raspberry Pi 4 Model B' })).toEqual(before);
  });

  it('stays over another line', async () => {
    const config = await house();
    expect(identities(everyEntity(config, (entity) => ('line' in entity ? { line: 20 } : {})))).toEqual(
      identities(config),
    );
  });
});

const counters = UNIT_NAMES.flatMap((unit) =>
  [undefined, ...RATE_NAMES].flatMap((rate_unit) =>
    [undefined, 'energy', 'water', 'gas', 'precipitation'].flatMap((device_class) => {
      const entry = { id: 'it', platform: 'counter', line: 16, unit, pulses_per_unit: 10, rate_unit, device_class };
      const given = Object.entries(entry).filter(([, value]) => value !== undefined);
      try {
        return [configOf(Object.fromEntries(given) as { platform: string })];
      } catch {
        return [];
      }
    }),
  ),
);

it('Home Assistant takes every unit, rate and class of a counter that the config takes', async () => {
  expect(counters.length).toBeGreaterThan(20);
  const config = await house();
  for (const counter of counters) {
    const document = documentOf({ ...config, entities: [counter] }, FACTS, PLATFORMS);
    const verdicts = checkDiscovery(discoveryTopics('homeassistant', 'porch').config, encodeJson(document));
    for (const verdict of verdicts)
      expect(verdict, JSON.stringify(counter)).toMatchObject({ verdict: 'OK', text: 'accepted', warn: [] });
  }
});
