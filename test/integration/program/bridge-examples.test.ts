import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { CloudScene } from '../../rigs/cloud-scene.ts';
import { until } from '../../rigs/until.ts';
import { UpstreamSubscriber } from '../../rigs/upstream-subscriber.ts';

/** An example with the rig's cloud and listener in place of its own. */
function example(name: string): Record<string, unknown> {
  const text = readFileSync(new URL(`../../../examples/${name}`, import.meta.url), 'utf8');
  const { broker: _, ...config } = parse(text, { customTags: [{ tag: '!env', resolve: (name: string) => name }] });
  const [{ username: __, password: ___, ...bridge }] = config.bridges;
  return { ...config, bridges: [{ ...bridge, url: scene.url }] };
}

let scene: CloudScene;
beforeEach(async () => {
  scene = await CloudScene.set('#');
});
afterEach(() => scene.end());

/** Until it is heard: the subscription may not be there yet. */
const command = (topic: string, payload: string, state: string, expected: string) =>
  until(`${topic} ${payload}`, async () => {
    await scene.person.publish(topic, payload);
    return scene.latest(state) === expected;
  });

test("a tenant's node says all of it below the tenant, and takes one lamp's commands", async () => {
  await scene.start(example('bridge-tenant.yaml'));
  await scene.said('tenants/acme/devices/porch/porch_lamp', 'OFF');
  await scene.said('tenants/acme/nodes/porch/status', 'online');
  await command('tenants/acme/devices/porch/porch_lamp/set', 'ON', 'tenants/acme/devices/porch/porch_lamp', 'ON');
  await scene.person.publish('tenants/acme/devices/porch/gate/set', 'ON');
  const rejected = await until('the rejection', () => scene.latest('tenants/acme/nodes/porch/rejected'));
  expect(JSON.parse(rejected)).toMatchObject({ code: 'BRIDGE_ENTITY_NOT_ALLOWED', client: 'cloud' });
  expect(scene.person.received.filter(({ topic }) => !topic.startsWith('tenants/acme/'))).toEqual([]);
  await scene.pinbus.kill();
  await scene.said('tenants/acme/nodes/porch/status', 'offline');
}, 40_000);

test('a Home Assistant in the cloud finds the node, its states and its commands', async () => {
  await scene.start(example('bridge-home-assistant.yaml'));
  const topic = 'homeassistant/device/pinbus_porch/config';
  const document = await until('the document', () => scene.latest(topic), 15_000);
  const { components } = JSON.parse(document) as { components: Record<string, Record<string, string>> };
  const lamp = Object.values(components).find(({ platform }) => platform === 'switch');
  expect(lamp, document).toBeDefined();
  await scene.said('pinbus/v1/porch/porch_lamp/state', 'OFF');
  await command('pinbus/v1/porch/porch_lamp/set', 'ON', 'pinbus/v1/porch/porch_lamp/state', 'ON');
}, 40_000);

test('a gateway without pins sends up what clients here publish', async () => {
  await scene.start(example('bridge.yaml'));
  const meter = await UpstreamSubscriber.connect(scene.pinbus.port, 'nothing', 'meter');
  await meter.publish('meters/meter/power', '230');
  await scene.said('meters/meter/power', '230');
  await scene.said('pinbus/v1/cellar/status', 'online');
  await meter.close();
}, 40_000);
