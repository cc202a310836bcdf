import { OutboxKeeper, SessionArchive, SqliteOutbox } from '#broker';
import { bytes, milliseconds } from '#topics';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DatabaseFolder } from '../../rigs/database.ts';
import { type EmbeddedBroker, startBroker } from '../../rigs/embedded-broker.ts';
import type { RawClient } from '../../rigs/raw-client.ts';
import { until } from '../../rigs/until.ts';

const EVENT = 'pinbus/v1/porch/bell/event';
const MEGABYTE = 1024 * 1024;

let folder: DatabaseFolder;
let outbox: SqliteOutbox;
let house: EmbeddedBroker;
let subscriber: RawClient;
beforeEach(async () => {
  folder = new DatabaseFolder();
  const store = await folder.open();
  const bounds = { max_bytes: bytes(1e9), max_age: milliseconds(1e9), classes: { event: { max_messages: 2 } } };
  outbox = new SqliteOutbox(store, bounds, folder.kept.log);
  await outbox.start(new AbortController().signal);
  const keeper = new OutboxKeeper(outbox, folder.kept.log);
  await keeper.apply([{ name: 'cloud', out: [{ filter: '#', qos: 1 }] }]);
  house = await startBroker({ keeper, sessions: new SessionArchive(store) });
  subscriber = house.client();
  await subscriber.connect();
  await subscriber.subscribe('#');
});
afterEach(async () => {
  await house.stop();
  await outbox.stop();
  await folder.remove();
});

const connected = async (version: 4 | 5 = 4): Promise<RawClient> => {
  const client = house.client({ version });
  await client.connect();
  return client;
};
const withheld = () => outbox.status().classes.event.withheld;
const confirmOldest = async () => {
  const [first] = await outbox.peek('cloud', 0, 1);
  await outbox.confirm('cloud', [first?.sequence ?? 0]);
};

test('a full class withholds acknowledgements from its publishers, and gives them in turn as there is room', async () => {
  const bell = await connected();
  for (const payload of ['1', '2', '3', '4']) bell.publish(EVENT, payload, { qos: 1 });
  await until('two acknowledged, two not', () => bell.all('puback').length === 2 && withheld() === 2);
  expect(outbox.status().classes.event).toMatchObject({ depth: 4, refuses: true });
  // Here everybody has them, and the publisher is served in all else.
  await until('delivered', () => subscriber.payloads().length === 4);
  await bell.settled();
  await confirmOldest();
  await until('the third', () => bell.all('puback').length === 3);
  expect(withheld()).toBe(1);
  await confirmOldest();
  await until('the fourth', () => bell.all('puback').length === 4);
  expect(bell.all('puback').map(({ messageId }) => messageId)).toEqual([1, 2, 3, 4]);
});

test('it holds up nobody else', async () => {
  const bell = await connected();
  for (const payload of ['1', '2', '3']) bell.publish(EVENT, payload, { qos: 1 });
  await until('full', () => withheld() === 1);
  const meter = await connected();
  meter.publish('meters/1', '5', { qos: 1 });
  await meter.packet('puback');
  expect(outbox.status().classes.telemetry.depth).toBe(1);
});

test('QoS 2 too: taken once, and its PUBREC comes with the room', async () => {
  const bell = await connected();
  for (const payload of ['1', '2']) bell.publish(EVENT, payload, { qos: 1 });
  const messageId = bell.publish(EVENT, '3', { qos: 2 });
  await until('full', () => withheld() === 1);
  bell.publish(EVENT, '3', { qos: 2, messageId, dup: true });
  await bell.settled();
  expect(bell.all('pubrec')).toHaveLength(0);
  await confirmOldest();
  await bell.packet('pubcomp');
  expect(subscriber.payloads()).toEqual(['1', '2', '3']);
  expect(outbox.status().classes.event.depth).toBe(2);
});

test('when too much waits, a publish is refused as a whole: its publisher has it still', async () => {
  const bell = await connected(5);
  for (let i = 0; i < 2 + 8; i++) bell.publish(EVENT, Buffer.alloc(MEGABYTE - 1_000), { qos: 1 });
  await until('as much as may wait', () => withheld() === 8);
  const late = await connected(5);
  late.publish(EVENT, Buffer.alloc(MEGABYTE), { qos: 1 });
  expect(await late.packet('puback')).toMatchObject({ reasonCode: 0x97 });
  const older = await connected(4);
  older.publish(EVENT, Buffer.alloc(MEGABYTE), { qos: 2 });
  await older.closing();
  await until('the others on disk', () => outbox.status().classes.event.depth === 10);
  expect(outbox.status().drops.refused).toBe(0);
  // Nor was it delivered here: it will be when it comes again.
  await subscriber.settled();
  expect(subscriber.all('publish').filter(({ payload }) => payload.length === MEGABYTE)).toEqual([]);
});

test('what nobody can be told to wait with is delivered here, and counted', async () => {
  const bell = await connected();
  for (const payload of ['1', '2']) bell.publish(EVENT, payload, { qos: 1 });
  await until('full', () => outbox.status().classes.event.depth === 2);
  bell.publish(EVENT, '3');
  await house.broker.publish({ topic: EVENT, payload: Buffer.from('4'), qos: 1, retain: false });
  await until('delivered', () => subscriber.payloads().length === 4);
  expect(outbox.status().classes.event).toMatchObject({ depth: 2, withheld: 0, drops: { refused: 2 } });
});
