import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Mosquitto } from '../../rigs/mosquitto.ts';
import { Pinbus } from '../../rigs/pinbus.ts';
import { until } from '../../rigs/until.ts';
import { UpstreamSubscriber } from '../../rigs/upstream-subscriber.ts';

/** An example with the rig's cloud and listener in place of its own. */
function example(name: string): Record<string, unknown> {
  const text = readFileSync(new URL(`../../../examples/${name}`, import.meta.url), 'utf8');
  const { broker: _, ...config } = parse(text, { customTags: [{ tag: '!env', resolve: (name: string) => name }] });
  const [{ username: __, password: ___, ...bridge }] = config.bridges;
  return { ...config, bridges: [{ ...bridge, url: `mqtt://127.0.0.1:${cloud.port}` }] };
}

let cloud: Mosquitto;
let pinbus: Pinbus;
let person: UpstreamSubscriber;
beforeEach(async () => {
  cloud = await Mosquitto.make();
  await cloud.start();
  person = await UpstreamSubscriber.connect(cloud.port, '#');
});
afterEach(async () => {
  await person.close();
  await pinbus.dispose();
  await cloud.remove();
});

const latest = (topic: string) => person.received.findLast((message) => message.topic === topic)?.payload;
const said = (topic: string, payload: string) => until(`${topic} ${payload}`, () => latest(topic) === payload, 15_000);
/** Until it is heard: the subscription may not be there yet. */
const command = (topic: string, payload: string, state: string, expected: string) =>
  until(`${topic} ${payload}`, async () => {
    await person.publish(topic, payload);
    return latest(state) === expected;
  });

test("a tenant's node says all of it below the tenant, and takes one lamp's commands", async () => {
  pinbus = await Pinbus.start({ config: example('bridge-tenant.yaml') });
  await said('tenants/acme/devices/porch/porch_lamp', 'OFF');
  await said('tenants/acme/nodes/porch/status', 'online');
  await command('tenants/acme/devices/porch/porch_lamp/set', 'ON', 'tenants/acme/devices/porch/porch_lamp', 'ON');
  await person.publish('tenants/acme/devices/porch/gate/set', 'ON');
  const rejected = await until('the rejection', () => latest('tenants/acme/nodes/porch/rejected'));
  expect(JSON.parse(rejected)).toMatchObject({ code: 'BRIDGE_ENTITY_NOT_ALLOWED', client: 'cloud' });
  expect(person.received.filter(({ topic }) => !topic.startsWith('tenants/acme/'))).toEqual([]);
  await pinbus.kill();
  await said('tenants/acme/nodes/porch/status', 'offline');
}, 40_000);

test('a Home Assistant in the cloud finds the node, its states and its commands', async () => {
  pinbus = await Pinbus.start({ config: example('bridge-home-assistant.yaml') });
  const topic = 'homeassistant/device/pinbus_porch/config';
  const document = await until('the document', () => latest(topic), 15_000);
  const { components } = JSON.parse(document) as { components: Record<string, Record<string, string>> };
  const lamp = Object.values(components).find(({ platform }) => platform === 'switch');
  expect(lamp, document).toBeDefined();
  await said('pinbus/v1/porch/porch_lamp/state', 'OFF');
  await command('pinbus/v1/porch/porch_lamp/set', 'ON', 'pinbus/v1/porch/porch_lamp/state', 'ON');
}, 40_000);

test('a gateway without pins sends up what clients here publish', async () => {
  pinbus = await Pinbus.start({ config: example('bridge.yaml') });
  const meter = await UpstreamSubscriber.connect(pinbus.port, 'nothing', 'meter');
  await meter.publish('meters/meter/power', '230');
  await said('meters/meter/power', '230');
  await said('pinbus/v1/cellar/status', 'online');
  await meter.close();
}, 40_000);
