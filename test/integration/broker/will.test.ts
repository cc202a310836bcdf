import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EmbeddedBroker, startBroker } from '../../rigs/embedded-broker.ts';
import type { RawClient } from '../../rigs/raw-client.ts';
import { until } from '../../rigs/until.ts';

let house: EmbeddedBroker;
let watcher: RawClient;
beforeEach(async () => {
  house = await startBroker();
  watcher = house.client({ version: 5 });
  await watcher.connect();
  await watcher.subscribe({ topic: 'will/#', qos: 1, nl: false, rap: true, rh: 0 });
});
afterEach(() => house.stop());

const will = { topic: 'will/a', payload: Buffer.from('gone'), qos: 1, retain: true } as const;

test('a connection that is lost leaves its will [MQTT-3.1.2-8]', async () => {
  const client = house.client();
  await client.connect({ will });
  client.destroy();
  const got = await watcher.packet('publish');
  expect([got.topic, got.payload.toString(), got.qos, got.retain]).toEqual(['will/a', 'gone', 1, true]);
});

test('who says goodbye takes the will away [MQTT-3.1.2-10], unless it asks for it', async () => {
  const quiet = house.client({ version: 5 });
  await quiet.connect({ will });
  quiet.send({ cmd: 'disconnect', reasonCode: 0 });
  await quiet.closing();
  await watcher.settled();
  expect(watcher.payloads()).toEqual([]);
  const asking = house.client({ version: 5 });
  await asking.connect({ will });
  asking.send({ cmd: 'disconnect', reasonCode: 4 });
  await asking.closing();
  await until('the will', () => watcher.payloads().length === 1);
});

test('a protocol error leaves the will [MQTT-3.1.2-8]', async () => {
  const client = house.client();
  await client.connect({ will });
  client.send(Buffer.from([0xf0, 0]));
  await watcher.packet('publish');
});

test('the will delay is waited for, and its interval is not in the PUBLISH', async () => {
  const client = house.client({ version: 5 });
  await client.connect({
    clientId: 'delayed',
    will: { ...will, properties: { willDelayInterval: 1, contentType: 't' } },
    properties: { sessionExpiryInterval: 60 },
  });
  const lost = performance.now();
  client.destroy();
  const got = await watcher.packet('publish');
  expect(performance.now() - lost).toBeGreaterThan(950);
  expect(got.properties).toEqual({ contentType: 't' });
});

test('a client that is back within the delay sends no will [MQTT-3.1.3-9]', async () => {
  const delayed = { ...will, properties: { willDelayInterval: 1 } };
  const properties = { sessionExpiryInterval: 60 };
  const client = house.client({ version: 5 });
  await client.connect({ clientId: 'back', will: delayed, properties });
  client.destroy();
  const lost = performance.now();
  const back = house.client({ version: 5 });
  await back.connect({ clientId: 'back', clean: false, properties });
  await until('the delay is over', () => performance.now() - lost > 1_200);
  await watcher.settled();
  expect(watcher.payloads()).toEqual([]);
});

test('the end of the session sends the will, whatever its delay [MQTT 5.0, 3.1.3.2.2]', async () => {
  const client = house.client({ version: 5 });
  await client.connect({ will: { ...will, properties: { willDelayInterval: 600 } } });
  client.destroy();
  await watcher.packet('publish');
});

test('a will to a topic with wildcards ends the connection', async () => {
  const client = house.client();
  await client.open();
  client.send(client.connectPacket({ will: { ...will, topic: 'will/#' } }));
  await client.closing();
});
