import {
  announcedPlatforms,
  BINARY_SENSOR_DEVICE_CLASSES,
  BUTTON_DEVICE_CLASSES,
  discoveryDocument,
  discoverySteps,
  discoveryTopics,
  EVENT_DEVICE_CLASSES,
  encodeJson,
  MIGRATE_DISCOVERY,
  SENSOR_DEVICE_CLASSES,
  SENSOR_STATE_CLASSES,
  SWITCH_DEVICE_CLASSES,
  singleComponentTopic,
} from '#topics';
import { describe, expect, it } from 'vitest';
import { checkDiscovery } from './checker/checker.ts';
import { facts } from './checker/facts.ts';
import { house, houseDocument } from './house.ts';

const { config } = discoveryTopics('homeassistant', 'porch');
const platforms = (document: typeof houseDocument) => announcedPlatforms(encodeJson(document));

describe('the discovery document', () => {
  it('is taken by Home Assistant without a word', () => {
    const verdicts = checkDiscovery(config, encodeJson(houseDocument));
    expect(verdicts.map(({ id, verdict, warn }) => [id, verdict, warn])).toEqual(
      house.components.map((each) => [
        `cmps[${'entity' in each ? each.entity : `node.${each.node_value}`}] (${each.component.platform})`,
        'OK',
        [],
      ]),
    );
  });

  it('gives every entity ids and the availability of node and entity', () => {
    expect(houseDocument.components['porch-lamp']).toMatchObject({
      name: 'Porch lamp',
      unique_id: 'pinbus_porch.porch-lamp',
      default_entity_id: 'switch.porch_lamp',
      availability: [{ topic: 'pinbus/v1/porch/status' }, { topic: 'pinbus/v1/porch/porch-lamp/availability' }],
    });
    expect(houseDocument).toMatchObject({ availability_mode: 'all', qos: 1, origin: { name: 'pinbus' } });
  });

  it('never gives two entities one unique id, not even those of two nodes', () => {
    const idOf = (node: string, entity: string) => {
      const component = { platform: 'button', command_topic: 'a' } as const;
      const document = discoveryDocument({ ...house, node, components: [{ entity, component }] });
      return document.components[entity];
    };
    expect(idOf('a_b', 'c')).toMatchObject({ unique_id: 'pinbus_a_b.c' });
    expect(idOf('a', 'b_c')).toMatchObject({ unique_id: 'pinbus_a.b_c' });
  });

  it('does not say the name of the device twice', () => {
    const name = (id: string, device: string) => {
      const component = { platform: 'button', command_topic: 'a' } as const;
      const document = discoveryDocument({
        ...house,
        device: { name: device },
        components: [{ entity: id, component }],
      });
      expect(checkDiscovery(config, encodeJson(document)).flatMap(({ warn }) => warn)).toEqual([]);
      const { name, default_entity_id } = Object(document.components[id]);
      return [name, default_entity_id];
    };
    expect(name('porch_lamp', 'Porch')).toEqual(['Lamp', 'button.porch_lamp']);
    expect(name('porch', 'Porch')).toEqual([null, 'button.porch_porch']);
    expect(name('hall_lamp', 'Porch')).toEqual(['Hall lamp', 'button.porch_hall_lamp']);
  });

  it("lets the node's own values live as long as the node", () => {
    expect(houseDocument.components['node.uptime']).toMatchObject({
      unique_id: 'pinbus_porch.node.uptime',
      default_entity_id: 'sensor.porch_uptime',
      availability: [{ topic: 'pinbus/v1/porch/status' }],
    });
  });

  it('keeps a name of null, which gives the entity the name of the device', () => {
    const component = { platform: 'button', command_topic: 'a', name: null } as const;
    const document = discoveryDocument({ ...house, components: [{ entity: 'gate', component }] });
    expect(document.components.gate).toMatchObject({ name: null });
  });

  it('can be of a node without entities', () => {
    expect(checkDiscovery(config, encodeJson(discoveryDocument({ ...house, components: [] })))).toEqual([]);
  });

  it('survives ids that objects know', () => {
    const component = { platform: 'button', command_topic: 'a' } as const;
    const components = ['__proto__', 'constructor', 'to-string'].map((entity) => ({ entity, component }));
    const document = discoveryDocument({ ...house, components });
    expect(checkDiscovery(config, encodeJson(document)).map(({ verdict }) => verdict)).toEqual(['OK', 'OK', 'OK']);
    expect(discoverySteps(platforms(document), document)).toEqual([document]);
    expect(discoverySteps(new Map([['constructor', 'button']]), houseDocument)).toHaveLength(2);
  });
});

describe('what is no longer announced', () => {
  const smaller = discoveryDocument({ ...house, components: house.components.slice(1) });

  it('is removed by its platform alone, then left out', () => {
    const [first, second, ...rest] = discoverySteps(platforms(houseDocument), smaller);
    expect(first?.components.hall_motion).toEqual({ platform: 'binary_sensor' });
    expect(checkDiscovery(config, encodeJson(first))).toContainEqual(
      expect.objectContaining({ id: 'cmps[hall_motion] (binary_sensor)', verdict: 'REMOVE' }),
    );
    expect(second).toEqual(smaller);
    expect(rest).toEqual([]);
  });

  it('includes a component that became one of another platform', () => {
    const before = new Map([...platforms(houseDocument), ['gate', 'switch']]);
    const [first, second] = discoverySteps(before, houseDocument);
    expect(first?.components.gate).toEqual({ platform: 'switch' });
    expect(second).toEqual(houseDocument);
  });

  it('is nothing where nothing changed, or where what was announced cannot be read', () => {
    expect(discoverySteps(platforms(houseDocument), houseDocument)).toEqual([houseDocument]);
    for (const payload of ['', '{', '[]', '{"components":[]}', '{"components":{"a":1,"b":{}}}']) {
      expect(announcedPlatforms(Buffer.from(payload))).toEqual(new Map());
    }
  });
});

it.each(['switch/porch_lamp', 'switch/pinbus_porch/porch_lamp'])(
  'the component %s of an earlier setup migrates',
  (path) => {
    expect(checkDiscovery(singleComponentTopic('homeassistant', path), MIGRATE_DISCOVERY)).toEqual([
      { id: '-', verdict: 'OK', text: 'migration request', warn: [] },
    ]);
  },
);

it("device and state classes are Home Assistant's", () => {
  const classes = (platform: string, key: string) => facts.platforms[platform]?.optional[key]?.enum;
  expect(BINARY_SENSOR_DEVICE_CLASSES).toEqual(classes('binary_sensor', 'device_class'));
  expect(BUTTON_DEVICE_CLASSES).toEqual(classes('button', 'device_class'));
  expect(EVENT_DEVICE_CLASSES).toEqual(classes('event', 'device_class'));
  expect(SENSOR_DEVICE_CLASSES).toEqual(classes('sensor', 'device_class'));
  expect(SENSOR_STATE_CLASSES).toEqual(classes('sensor', 'state_class'));
  expect(SWITCH_DEVICE_CLASSES).toEqual(classes('switch', 'device_class'));
});
