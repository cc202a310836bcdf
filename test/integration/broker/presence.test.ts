import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EmbeddedBroker, optionsOf, RetainedInMemory, startBroker } from '../../rigs/embedded-broker.ts';
import type { RawClient } from '../../rigs/raw-client.ts';
import { until } from '../../rigs/until.ts';

const BASE = 'pinbus/v1/porch/clients';
let house: EmbeddedBroker;
let kept: RetainedInMemory;
let watcher: RawClient;

beforeEach(async () => {
  kept = new RetainedInMemory();
  house = await startBroker({ options: optionsOf({ clients: [{ id: 'shed' }] }), retained: kept });
  watcher = house.client();
  await watcher.connect({ clientId: 'watcher' });
  await watcher.subscribe(`${BASE}/#`);
});
afterEach(() => house.stop());

/** What the topic of a client says now. */
const said = (topic: string): Record<string, unknown> | undefined => {
  const payload = watcher.all('publish').findLast((packet) => packet.topic === `${BASE}/${topic}`)?.payload;
  return payload === undefined ? undefined : (JSON.parse(payload.toString()) as Record<string, unknown>);
};

test('tells who comes and who leaves, by a topic that any client id fits in', async () => {
  const guest = house.client({ version: 5 });
  await guest.connect({ clientId: 'a/+#%', keepalive: 30, properties: { sessionExpiryInterval: 100 } });
  guest.publish('x', 'y');
  const topic = 'a%2F%2B%23%25';
  const here = await until('the guest', () => said(topic));
  expect(here).toMatchObject({ connected: true, healthy: true, protocol: '5.0', keep_alive_s: 30, messages_in: 1 });
  expect(here['address']).toMatch(/^127\.0\.0\.1:\d+$/);
  guest.destroy();
  await until('that it left', () => said(topic)?.['connected'] === false);
  expect(said(topic)).toMatchObject({ healthy: false, protocol: '5.0', messages_in: 1 });
});

test('whoever is expected has a topic though it never came; the store has none of it', async () => {
  await until('the shed', () => said('shed'));
  expect(said('shed')).toEqual({ connected: false, healthy: false });
  expect(kept.count).toBe(0);
  const later = house.client();
  await later.connect({ clientId: 'later' });
  await later.subscribe('pinbus/#');
  expect((await later.packet('publish')).retain).toBe(true);
});

test('a client that is kicked hears why, and keeps its session', async () => {
  const guest = house.client({ version: 5 });
  await guest.connect({ clientId: 'guest', properties: { sessionExpiryInterval: 100 } });
  expect(house.broker.clients().map(({ id }) => id)).toEqual(['watcher', 'guest']);
  house.broker.kick('guest');
  expect((await guest.packet('disconnect')).reasonCode).toBe(0x98);
  await guest.closing();
  const again = house.client({ version: 5 });
  const back = await again.connect({ clientId: 'guest', clean: false });
  expect(back.sessionPresent).toBe(true);
  expect(() => house.broker.kick('nobody')).toThrow(expect.objectContaining({ code: 'BROKER_CLIENT_UNKNOWN' }));
});
