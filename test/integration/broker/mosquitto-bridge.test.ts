import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { latest } from '../../rigs/bus-client.ts';
import type { BusClient } from '../../rigs/bus-client.ts';
import { Mosquitto } from '../../rigs/mosquitto.ts';
import { connectNpmMqtt } from '../../rigs/npm-mqtt.ts';
import { Pinbus } from '../../rigs/pinbus.ts';
import { until } from '../../rigs/until.ts';

const EXAMPLE = readFileSync(new URL('../../../mosquitto/bridge-to-pinbus.conf', import.meta.url), 'utf8');
const LAMP = { id: 'lamp', platform: 'switch', line: 18 };

let pinbus: Pinbus;
let house: Mosquitto;
let person: BusClient;
beforeEach(async () => {
  pinbus = await Pinbus.start({ config: { entities: [LAMP] } });
  house = await Mosquitto.make([], EXAMPLE.replace('127.0.0.1:1883', `127.0.0.1:${pinbus.port}`));
  await house.start();
  person = await connectNpmMqtt(house.port, '5');
  await person.subscribe('pinbus/#');
});
afterEach(async () => {
  await person?.close();
  await house?.remove();
  await pinbus?.dispose();
});

test('a mosquitto bridged as in the example commands the node and mirrors its states', async () => {
  await until('the mirrored state', () => latest(person, 'pinbus/v1/porch/lamp/state')?.payload === 'OFF');
  expect(latest(person, 'pinbus/v1/porch/status')?.payload).toBe('online');
  await person.publish('pinbus/v1/porch/lamp/set', 'ON', { qos: 1 });
  await until('the new state', () => latest(person, 'pinbus/v1/porch/lamp/state')?.payload === 'ON');
});

test("the bridge's notifications say on the node that it is there, and that it is gone when it died", async () => {
  const watcher = await connectNpmMqtt(pinbus.port, '5');
  const state = (): string | undefined =>
    watcher.received.findLast(({ topic }) => /^\$SYS\/broker\/connection\/.+\/state$/.test(topic))?.payload;
  await watcher.subscribe('$SYS/#');
  await until('that the bridge is there', () => state() === '1');
  const later = await connectNpmMqtt(pinbus.port, '3.1.1');
  await later.subscribe('$SYS/broker/connection/+/state');
  await until('the same for who comes later', () =>
    later.received.some(({ retain, payload }) => retain && payload === '1'),
  );
  await house.remove();
  await until('the will of the bridge', () => state() === '0');
  await later.close();
  await watcher.close();
});
