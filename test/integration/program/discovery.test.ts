import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkDiscovery } from '../../discovery/checker/checker.ts';
import { type DemoEntity, demoHouse } from '../../rigs/demo-house.ts';
import { LoadClient } from '../../rigs/load-client.ts';
import { Pinbus } from '../../rigs/pinbus.ts';
import { until } from '../../rigs/until.ts';

const { config, entities } = demoHouse();
const CONFIG_TOPIC = 'homeassistant/device/pinbus_porch/config';

interface Published {
  readonly topic: string;
  readonly payload: string;
}

describe('what Home Assistant gets from the whole program', () => {
  let pinbus: Pinbus;
  let published: Published[];
  let client: LoadClient;

  beforeAll(async () => {
    pinbus = await Pinbus.start({
      config: { ...config, home_assistant: { birth_jitter: '0s' } },
    });
    published = [];
    client = await LoadClient.connect(pinbus.port, 'homeassistant');
    client.onMessage = (topic, payload) => published.push({ topic, payload: payload.toString('utf8') });
    await client.subscribe('homeassistant/#', 1);
  });

  afterAll(async () => {
    await pinbus?.dispose();
  });

  const documents = (): Published[] => published.filter(({ topic }) => topic.endsWith('/config'));

  /** Home Assistant takes all of it, without a warning in its log. */
  function expectAccepted(found: readonly Published[]): void {
    expect(found.length).toBeGreaterThan(0);
    for (const { topic, payload } of found) {
      const wrong = checkDiscovery(topic, payload).filter(
        ({ verdict, warn }) => !['OK', 'REMOVE'].includes(verdict) || warn.length > 0,
      );
      expect(wrong, payload).toEqual([]);
    }
  }

  test('one retained document with every entity, which Home Assistant takes', async () => {
    await until('the document', () => documents().length > 0);
    expect(documents().map(({ topic }) => topic)).toEqual([CONFIG_TOPIC]);
    const { cmps, components = cmps } = JSON.parse(documents()[0]?.payload ?? '{}') as Record<string, object>;
    const ids = Object.keys(components ?? {});
    for (const { id } of entities)
      expect(
        ids.some((name) => name.includes(id)),
        id,
      ).toBe(true);
    expectAccepted(documents());
  });

  test('it comes again, and the states with it, when Home Assistant is born', async () => {
    published.length = 0;
    const states: string[] = [];
    const watcher = await LoadClient.connect(pinbus.port, 'watcher');
    watcher.onMessage = (topic, _payload, { retain }) => {
      if (!retain) states.push(topic);
    };
    await watcher.subscribe('pinbus/v1/porch/+/state', 1);
    client.publish('homeassistant/status', 'online', 1);
    await until('the document again', () => documents().length > 0);
    expectAccepted(documents());
    await until('the states again', () => states.includes('pinbus/v1/porch/porch_lamp/state'));
    await watcher.close();
  });

  test('an entity that left the config is taken away the way Home Assistant wants it', {
    timeout: 40_000,
  }, async () => {
    published.length = 0;
    const gone = 'gate';
    const kept = entities.filter(({ id }: DemoEntity) => id !== gone);
    pinbus.configure({ ...config, entities: kept, home_assistant: { birth_jitter: '0s' } });
    pinbus.program.signal('SIGHUP');
    await until('two documents', () => documents().length >= 2, 30_000);
    expectAccepted(documents());
    expect(documents().at(-2)?.payload).toContain(gone);
    expect(documents().at(-1)?.payload).not.toContain(`"${gone}"`);
  });
});
