import { type DiscoveryDocument, discoveryDocument, encodeJson, milliseconds } from '#topics';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HomeAssistantConfig } from '../../../src/agent/config/config.ts';
import { type DeletionMemory, HomeAssistant } from '../../../src/agent/home-assistant/home-assistant.ts';
import type { BusClient } from '../../rigs/bus-client.ts';
import { type EmbeddedBroker, RetainedInMemory, startBroker } from '../../rigs/embedded-broker.ts';
import { HandClock } from '../../rigs/hand-clock.ts';
import { connectNpmMqtt } from '../../rigs/npm-mqtt.ts';
import { until } from '../../rigs/until.ts';

const CONFIG = 'homeassistant/device/pinbus_porch/config';
const BIRTH = 'homeassistant/status';
const OLD = 'homeassistant/switch/porch/lamp/config';

const SETTINGS: HomeAssistantConfig = {
  discovery: true,
  prefix: 'homeassistant',
  on_delete: 'restore',
  birth_jitter: milliseconds(10_000),
  migrate_from: [],
};

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

describe('the node and Home Assistant', () => {
  let rig: EmbeddedBroker;
  let retained: RetainedInMemory;
  let clock: HandClock;
  /** Home Assistant's own connection. */
  let ha: BusClient;
  let memory: DeletionMemory & { deleted: string | undefined };
  let refreshed: number;
  const started: HomeAssistant[] = [];

  beforeEach(async () => {
    retained = new RetainedInMemory();
    rig = await startBroker({ retained });
    clock = new HandClock();
    refreshed = 0;
    memory = {
      deleted: undefined,
      remember: async (fingerprint) => {
        memory.deleted = fingerprint;
      },
    };
    ha = await connectNpmMqtt(rig.port, '5');
    await ha.subscribe('homeassistant/#');
  });

  afterEach(async () => {
    await ha.close();
    for (const one of started.splice(0)) await one.stop();
    await rig.stop();
  });

  /** A start of the node; the one before has ended. */
  async function start(over: Partial<HomeAssistantConfig> = {}): Promise<HomeAssistant> {
    for (const one of started.splice(0)) await one.stop();
    const home_assistant = new HomeAssistant({
      node: 'porch',
      config: { ...SETTINGS, ...over },
      bus: rig.broker,
      retained,
      refresh: async () => void (refreshed += 1),
      memory,
      clock,
      random: () => 0.5,
      log: pino({ level: 'silent' }),
    });
    home_assistant.start();
    started.push(home_assistant);
    return home_assistant;
  }

  /** What Home Assistant got, but for what it sent itself. */
  const documents = () => ha.received.filter(({ topic }) => topic === CONFIG).map(({ payload }) => payload);
  const json = (document: DiscoveryDocument) => encodeJson(document).toString();
  const kept = (topic: string) => [...retained.match(topic)].map(({ payload }) => payload.toString());
  const born = async () => {
    const before = clock.waiting;
    await ha.publish(BIRTH, 'online');
    await until('the birth to be heard', () => clock.waiting > before);
  };
  /** Lets a client's QoS 1 message pass through: what the broker sent before it has arrived by then. */
  const flush = async () => {
    const mark = `homeassistant/mark/${ha.received.length}`;
    await ha.publish(mark, 'x', { qos: 1 });
    await until('the mark', () => ha.received.some(({ topic }) => topic === mark));
  };

  it('announces one retained document, and says nothing when the same is there already', async () => {
    await (await start()).announce(house('lamp'));
    await (await start()).announce(house('lamp'));
    await flush();
    expect(documents()).toEqual([json(house('lamp'))]);
    expect(kept(CONFIG)).toEqual([json(house('lamp'))]);
  });

  it('answers a birth after its jitter with the document, and a second later with the states', async () => {
    await (await start()).announce(house('lamp'));
    await born();
    await clock.pass(4_999);
    await flush();
    expect(documents()).toHaveLength(1);
    await clock.pass(1);
    await flush();
    expect(documents()).toEqual([json(house('lamp')), json(house('lamp'))]);
    expect(refreshed).toBe(0);
    await clock.pass(1_000);
    expect(refreshed).toBe(1);
  });

  it('answers once when Home Assistant is born again and again', async () => {
    await (await start()).announce(house('lamp'));
    await born();
    await ha.publish(BIRTH, 'online', { qos: 1 });
    await ha.publish(BIRTH, 'online', { qos: 1 });
    await flush();
    await clock.pass(20_000);
    await flush();
    expect(documents()).toHaveLength(2);
    expect(refreshed).toBe(1);
  });

  it('keeps a removal on the bus until Home Assistant was there to see it', async () => {
    await (await start()).announce(house('lamp', 'gone'));
    await (await start()).announce(house('lamp'));
    await clock.pass(3_600_000);
    expect(JSON.parse(kept(CONFIG)[0] ?? '')).toHaveProperty('components.gone', { platform: 'switch' });
    await born();
    await clock.pass(5_000);
    await until('the document once more', () => documents().length === 3);
    await clock.pass(5_000);
    await until('the document without it', () => documents().length === 4);
    expect(documents().at(-1)).toBe(json(house('lamp')));
  });

  it('finishes a removal five seconds after it began when Home Assistant is here', async () => {
    const node = await start();
    await node.announce(house('lamp', 'gone'));
    await born();
    await clock.pass(10_000);
    await node.announce(house('lamp'));
    await until('the removal', () => documents().length === 3);
    await clock.pass(4_999);
    await flush();
    expect(documents()).toHaveLength(3);
    await clock.pass(1);
    await until('the final document', () => documents().length === 4);
    expect(documents().at(-1)).toBe(json(house('lamp')));
  });

  it('brings the device back when somebody deletes it in Home Assistant', async () => {
    await (await start()).announce(house('lamp'));
    await ha.publish(CONFIG, '', { qos: 1, retain: true });
    await until('the deletion to be seen', () => clock.waiting > 0);
    await clock.pass(5_000);
    await until('the device', () => kept(CONFIG)[0] === json(house('lamp')));
  });

  it('lets a deleted device stay away, over restarts and births, until the config changes', async () => {
    await (await start({ on_delete: 'stay_away' })).announce(house('lamp'));
    await ha.publish(CONFIG, '', { qos: 1, retain: true });
    await until('the deletion to be remembered', () => memory.deleted);
    const again = await start({ on_delete: 'stay_away' });
    await again.announce(house('lamp'));
    await born();
    await clock.pass(60_000);
    await flush();
    expect(kept(CONFIG)).toEqual([]);
    await again.announce(house('lamp', 'another'));
    expect(kept(CONFIG)).toEqual([json(house('lamp', 'another'))]);
    expect(memory.deleted).toBeUndefined();
  });

  it('migrates from single components once, in the order that Home Assistant wants', async () => {
    await ha.publish(OLD, '{"name":"Lamp"}', { qos: 1, retain: true });
    const before = ha.received.length;
    await (await start({ migrate_from: ['switch/porch/lamp'] })).announce(house('lamp'));
    await born();
    await clock.pass(10_000);
    await until('the old topic to be empty', () => kept(OLD).length === 0);
    await flush();
    const said = ha.received
      .slice(before)
      .filter(({ topic }) => topic === CONFIG || topic === OLD)
      .map(({ topic, payload }) => [topic, payload]);
    expect(said.slice(0, 2)).toEqual([
      [OLD, '{"migrate_discovery":true}'],
      [CONFIG, json(house('lamp'))],
    ]);
    expect(said.at(-1)).toEqual([OLD, '']);

    const after = ha.received.length;
    await (await start({ migrate_from: ['switch/porch/lamp'] })).announce(house('lamp'));
    await flush();
    expect(ha.received.slice(after).filter(({ topic }) => topic === CONFIG || topic === OLD)).toEqual([]);
  });

  it('takes the device back when discovery is switched off, and from a prefix that changed', async () => {
    await (await start()).announce(house('lamp'));
    await (await start({ prefix: 'hass' })).announce(house('lamp'));
    expect(kept(CONFIG)).toEqual([]);
    expect(kept('hass/device/pinbus_porch/config')).toHaveLength(1);
    await (await start({ prefix: 'hass', discovery: false, on_delete: 'stay_away' })).announce(house('lamp'));
    expect(kept('hass/device/pinbus_porch/config')).toEqual([]);
    // The node's own doing is nobody's wish that the device stays away.
    expect(memory.deleted).toBeUndefined();
  });

  it('leaves neither timers nor subscriptions behind', async () => {
    const before = rig.broker.stats().subscriptions;
    const node = await start();
    await node.announce(house('lamp'));
    await born();
    await node.stop();
    expect(clock.waiting).toBe(0);
    expect(rig.broker.stats().subscriptions).toBe(before);
  });
});
