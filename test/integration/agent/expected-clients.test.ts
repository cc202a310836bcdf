import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BusClient, latest } from '../../rigs/bus-client.ts';
import { LoadClient } from '../../rigs/load-client.ts';
import { connectNpmMqtt } from '../../rigs/npm-mqtt.ts';
import { Pinbus } from '../../rigs/pinbus.ts';
import { until } from '../../rigs/until.ts';

const DOCUMENT = 'homeassistant/device/pinbus_porch/config';
const TOPIC = 'pinbus/v1/porch/clients/node-red';

let pinbus: Pinbus;
let watcher: BusClient;
beforeEach(async () => {
  pinbus = await Pinbus.start();
  watcher = await connectNpmMqtt(pinbus.port, '5');
  await watcher.subscribe('#');
});
afterEach(async () => {
  await watcher.close();
  await pinbus.dispose();
});

const component = (): Record<string, unknown> | undefined =>
  (JSON.parse(latest(watcher, DOCUMENT)?.payload ?? '{}') as { components?: Record<string, Record<string, unknown>> })
    .components?.['node.client_node-red'];
const healthy = (): unknown => (JSON.parse(latest(watcher, TOPIC)?.payload ?? '{}') as { healthy?: unknown }).healthy;

test('a client that a reload expects gets its topic and a connectivity entity, which follow it', async () => {
  expect(component()).toBeUndefined();
  const listeners = [{ port: pinbus.port }];
  pinbus.configure({ broker: { listeners, clients: [{ id: 'node-red', name: 'Node-RED', heartbeat: '5s' }] } });
  const expected = await until('the entity', component);
  expect(expected).toMatchObject({
    platform: 'binary_sensor',
    name: 'Node-RED',
    device_class: 'connectivity',
    state_topic: TOPIC,
    value_template: "{{ 'ON' if value_json.healthy else 'OFF' }}",
  });
  await until('that it is not there', () => healthy() === false);
  const client = await LoadClient.connect(pinbus.port, 'node-red');
  await until('that it is there', () => healthy() === true);
  await client.close();
  await until('that it left', () => healthy() === false);
  pinbus.configure({ broker: { listeners } });
  await until('that nobody expects it', () => component()?.['device_class'] === undefined);
});
