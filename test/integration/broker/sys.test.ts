import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashPassword } from '#broker';
import { milliseconds } from '#topics';
import { type EmbeddedBroker, optionsOf, RetainedInMemory, startBroker } from '../../rigs/embedded-broker.ts';
import { Mosquitto } from '../../rigs/mosquitto.ts';
import { RawClient } from '../../rigs/raw-client.ts';
import { until } from '../../rigs/until.ts';

let house: EmbeddedBroker;
let kept: RetainedInMemory;
const options = optionsOf({ sys_interval: milliseconds(100) });

beforeEach(async () => {
  kept = new RetainedInMemory();
  house = await startBroker({ options, retained: kept });
});
afterEach(() => house.stop());

/** What is known of each topic now, by topic. */
const known = (client: RawClient): Map<string, string> =>
  new Map(client.all('publish').map(({ topic, payload }) => [topic, payload.toString()]));

async function reader(port: number): Promise<RawClient> {
  const client = new RawClient(port);
  await client.connect();
  await client.subscribe('$SYS/#');
  return client;
}

test('has every topic that a real mosquitto has, in its form', async () => {
  const mosquitto = await Mosquitto.make(['sys_interval 1']);
  try {
    await mosquitto.start();
    const theirs = await reader(mosquitto.port);
    await until('their uptime', () => theirs.payloads().some((payload) => payload.endsWith(' seconds')));
    await theirs.settled();
    const ours = await reader(house.port);
    await ours.settled();
    const form = (value: string): string => value.replaceAll(/\d+/g, '0').replace(/^\w+ version [\d.]+$/, 'version');
    const forms = (client: RawClient): [string, string][] =>
      [...known(client)]
        .map(([topic, value]): [string, string] => [topic, form(value)])
        .toSorted(([a], [b]) => (a < b ? -1 : 1));
    expect(forms(theirs).length).toBeGreaterThan(40);
    expect(forms(ours)).toEqual(expect.arrayContaining(forms(theirs)));
    theirs.destroy();
    ours.destroy();
  } finally {
    await mosquitto.remove();
  }
});

test('counts clients, messages and loads, and says only what changed', async () => {
  const client = await reader(house.port);
  await until('itself', () => known(client).get('$SYS/broker/clients/connected') === '1');
  for (let i = 0; i < 10; i++) client.publish('a', 'hello');
  await until('ten messages', () => known(client).get('$SYS/broker/publish/messages/received') === '10');
  expect(known(client).get('$SYS/broker/publish/bytes/received')).toBe('50');
  expect(Number(known(client).get('$SYS/broker/load/publish/received/1min'))).toBeGreaterThan(0);
  const topics = client.all('publish').map(({ topic }) => topic);
  expect(topics.filter((topic) => topic === '$SYS/broker/version')).toHaveLength(1);
  client.destroy();
});

test('never reaches the store, nor who asks for everything', async () => {
  const client = new RawClient(house.port);
  await client.connect();
  await client.subscribe('#', '+/broker/#');
  const sys = await reader(house.port);
  await until('a round', () => known(sys).get('$SYS/broker/clients/connected') === '2');
  await client.settled();
  expect(client.payloads()).toEqual([]);
  expect(kept.count).toBe(0);
  client.destroy();
  sys.destroy();
});

test('is read by who has a rule for it, and by nobody else', async () => {
  const password = await hashPassword('secret');
  const user = (name: string, filter: string) => ({ name, password, acl: [{ filter, access: 'readwrite' as const }] });
  await house.broker.reload({ ...options, users: [user('anna', '#'), user('berta', '$SYS/#')] });
  const subscribe = async (username: string): Promise<RawClient> => {
    const client = house.client({ version: 5 });
    await client.connect({ username, password: Buffer.from('secret') });
    await client.subscribe('$SYS/broker/uptime');
    await client.settled();
    return client;
  };
  const [anna, berta] = [await subscribe('anna'), await subscribe('berta')];
  expect(anna.all('suback')[0]?.granted).toEqual([0x87]);
  expect(anna.payloads()).toEqual([]);
  expect(berta.payloads()[0]).toMatch(/^\d+ seconds$/);
  berta.publish('$SYS/broker/uptime', 'for ever', { retain: true, qos: 1 });
  expect((await berta.packet('puback')).reasonCode).toBe(0x87);
});

test('with an interval of 0 there is nothing, and a reload takes away what there was', async () => {
  const client = await reader(house.port);
  await until('a round', () => known(client).size > 40);
  await house.broker.reload(optionsOf());
  await client.settled();
  expect(known(client).get('$SYS/broker/uptime')).toBe('');
  const later = await reader(house.port);
  await later.settled();
  expect(later.payloads()).toEqual([]);
  client.destroy();
  later.destroy();
});
