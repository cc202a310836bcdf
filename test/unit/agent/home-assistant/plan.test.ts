import { type DiscoveryDocument, discoveryDocument, encodeJson, type Message } from '#topics';
import { describe, expect, it } from 'vitest';
import { planAnnouncement } from '../../../../src/agent/home-assistant/plan.ts';

const CONFIG = 'homeassistant/device/pinbus_porch/config';

function house(...lamps: readonly string[]): DiscoveryDocument {
  return discoveryDocument({
    node: 'porch',
    sw_version: '1.0.0',
    device: { name: 'Porch Pi' },
    components: lamps.map((entity) => ({
      entity,
      component: { platform: 'switch', state_topic: `x/${entity}/state`, command_topic: `x/${entity}/set` },
    })),
  });
}

const nothing = { config_topic: CONFIG, document: undefined, retained: undefined, old_topics: [], strays: [] };
const shown = (messages: readonly Message[]) =>
  messages.map(({ topic, payload, retain }) => [topic, payload.toString(), retain]);
const components = (message: Message | undefined): unknown =>
  (JSON.parse(message?.payload.toString() ?? '{}') as { components?: unknown }).components;

describe('an announcement', () => {
  it('is one retained document where there was none', () => {
    const plan = planAnnouncement({ ...nothing, document: house('lamp') });
    expect(shown(plan.first)).toEqual([[CONFIG, encodeJson(house('lamp')).toString(), true]]);
    expect(plan.second).toEqual([]);
  });

  it('is nothing at all when the same is announced already', () => {
    const plan = planAnnouncement({ ...nothing, document: house('lamp'), retained: encodeJson(house('lamp')) });
    expect(plan).toEqual({ first: [], second: [] });
  });

  it('names what left the config with its platform alone, and leaves it out the second time', () => {
    const plan = planAnnouncement({ ...nothing, document: house('a'), retained: encodeJson(house('a', 'b')) });
    expect(components(plan.first[0])).toMatchObject({ a: { platform: 'switch' }, b: { platform: 'switch' } });
    expect((components(plan.first[0]) as { b: unknown }).b).toEqual({ platform: 'switch' });
    expect(shown(plan.second)).toEqual([[CONFIG, encodeJson(house('a')).toString(), true]]);
  });

  it('still removes what a run before had begun to remove', () => {
    const begun = planAnnouncement({ ...nothing, document: house('a'), retained: encodeJson(house('a', 'b')) });
    const retained = begun.first[0]?.payload;
    const plan = planAnnouncement({ ...nothing, document: house('a'), retained });
    expect(plan.first).toEqual([]);
    expect(plan.second).toEqual(begun.second);
  });

  it('migrates single components: the marker on each, then the document, then nothing on each', () => {
    const old = 'homeassistant/switch/porch/lamp/config';
    const document = house('lamp');
    const plan = planAnnouncement({ ...nothing, document, retained: encodeJson(document), old_topics: [old] });
    expect(shown(plan.first)).toEqual([
      [old, '{"migrate_discovery":true}', true],
      [CONFIG, encodeJson(document).toString(), true],
    ]);
    expect(shown(plan.second)).toEqual([[old, '', true]]);
  });

  it('clears what is announced below a prefix that is not used any more', () => {
    const plan = planAnnouncement({ ...nothing, document: house('a'), strays: ['old/device/pinbus_porch/config'] });
    expect(shown(plan.first)[0]).toEqual(['old/device/pinbus_porch/config', '', true]);
  });

  it('that is not wanted empties the topic, once', () => {
    expect(shown(planAnnouncement({ ...nothing, retained: encodeJson(house('a')) }).first)).toEqual([
      [CONFIG, '', true],
    ]);
    expect(planAnnouncement(nothing).first).toEqual([]);
  });
});
