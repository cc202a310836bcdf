import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BridgedOutbox, bridge } from '../rigs/bridged-outbox.ts';
import { Mosquitto } from '../rigs/mosquitto.ts';
import { seeded } from '../rigs/seeded.ts';
import { until } from '../rigs/until.ts';
import { type Forwarded, UpstreamSubscriber } from '../rigs/upstream-subscriber.ts';

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
const PATIENCE_MS = 40_000;
vi.setConfig({ testTimeout: 60_000 });

let cloud: Mosquitto;
let node: BridgedOutbox;
const consumers: UpstreamSubscriber[] = [];
beforeEach(async () => {
  cloud = await Mosquitto.make();
  node = new BridgedOutbox();
});
afterEach(async () => {
  await node.remove();
  await Promise.all(consumers.splice(0).map((consumer) => consumer.close()));
  await cloud.remove();
});

const consume = async (filter = 'pinbus/v1/porch/+/state/#'): Promise<UpstreamSubscriber> => {
  const consumer = await UpstreamSubscriber.connect(cloud.port, filter, `consumer${consumers.length}`);
  consumers.push(consumer);
  return consumer;
};
const state = (entity: string, value: number) =>
  node.publish(`pinbus/v1/porch/${entity}/state`, `${value}`, { retain: true });
const isHistory = ({ marks }: Forwarded): boolean => marks.historic === 'true';
const depth = () => node.bridges.status()[0]?.depth;
const connected = () => node.bridges.status()[0]?.state === 'connected';

/** A consumer that waits in the cloud, which is away again. */
async function waitingConsumer(): Promise<UpstreamSubscriber> {
  await cloud.start();
  const consumer = await consume();
  await cloud.stop();
  return consumer;
}

test('after an outage: how things are, then what happens, and behind both what happened, at its rate', async () => {
  const consumer = await waitingConsumer();
  await node.start([bridge(cloud.port, { replay: { rate: 200, burst: 1, to: 'properties' } })]);
  for (let i = 0; i < 200; i++) await Promise.all([state('lamp', i), state('fan', i)]);
  await cloud.start();
  await until('how things are', () => consumer.received.length >= 2);
  const began_ms = performance.now();
  await state('lamp', 1000);
  await until('the live one', () => consumer.payloads.includes('1000'), PATIENCE_MS);
  const [first, second] = consumer.received;
  expect([first, second].map((each) => `${each?.topic} ${each?.payload} ${each?.marks.historic}`).sort()).toEqual([
    'pinbus/v1/porch/fan/state 199 undefined',
    'pinbus/v1/porch/lamp/state 199 undefined',
  ]);
  // Of 401; it would be the last if it had waited.
  expect(consumer.payloads.indexOf('1000')).toBeLessThan(390);
  await until('an empty lane', () => depth() === 0, PATIENCE_MS);
  // 398 at 200 a second.
  expect(performance.now() - began_ms).toBeGreaterThan(1_500);
  await until('all', () => consumer.received.length === 401);
  const history = consumer.received.filter(isHistory);
  expect(history).toHaveLength(398);
  expect(history.some(({ retain }) => retain)).toBe(false);
  const lamp = history.filter(({ topic }) => topic.includes('lamp')).map(({ payload }) => Number(payload));
  expect(lamp).toEqual(Array.from({ length: 199 }, (_, i) => i));
  const later = await consume();
  await until('what is retained', () => later.received.length === 2);
  expect(later.payloads.toSorted()).toEqual(['1000', '199']);
});

test(`links lost at random points never make an old state the present one (SEED=${SEED})`, async () => {
  const random = seeded(SEED);
  const consumer = await waitingConsumer();
  await node.start([bridge(cloud.port, { replay: { rate: 1_000, burst: 50, to: 'properties' } })]);
  const entities = ['lamp', 'fan', 'door'];
  let last = 0;
  const publish = async (count: number) => {
    for (let i = 0; i < count; i++) {
      last += 1;
      await Promise.all(entities.map((entity) => state(entity, last)));
    }
  };
  await publish(200);
  for (let round = 0; round < 6; round++) {
    await cloud.start();
    await until('the link', connected);
    await publish(Math.ceil(random() * 80));
    await cloud.stop();
    await publish(Math.ceil(random() * 40));
  }
  await cloud.start();
  await until('an empty lane', () => depth() === 0, PATIENCE_MS);
  const each = (entity: string) => consumer.received.filter(({ topic }) => topic.includes(entity));
  for (const entity of entities) {
    const everything = Array.from({ length: last }, (_, i) => `${i + 1}`);
    await until('everything', () => new Set(each(entity).map(({ payload }) => payload)).size === last, PATIENCE_MS);
    expect(new Set(each(entity).map(({ payload }) => payload)), 'lost').toEqual(new Set(everything));
    // The cloud itself may repeat what was on its way to the consumer when it went down: that has the same id.
    const present = each(entity).filter((one) => !isHistory(one));
    const numbers = [...new Set(present.map(({ payload }) => Number(payload)))];
    expect(numbers, 'reordered').toEqual(numbers.toSorted((a, b) => a - b));
  }
  const later = await consume();
  await until('what is retained', () => later.received.length === entities.length);
  expect(later.payloads).toEqual(entities.map(() => `${last}`));
});

test.each([
  ['properties', 'pinbus/v1/porch/lamp/state', { historic: true, payload: '0' }],
  ['topic', 'pinbus/v1/porch/lamp/state/history', 0],
] as const)('an upstream of 3.1.1 is told as well what is history (%s)', async (to, topic, expected) => {
  const consumer = await waitingConsumer();
  await node.start([bridge(cloud.port, { version: '3.1.1', replay: { rate: 1_000, burst: 10, to } })]);
  await state('lamp', 0);
  await state('lamp', 1);
  await cloud.start();
  await until('both', () => consumer.received.length === 2, PATIENCE_MS);
  expect(node.bridges.status()[0]?.protocol).toBe(4);
  expect(consumer.received[0]).toMatchObject({ topic: 'pinbus/v1/porch/lamp/state', payload: '1' });
  expect(consumer.received[1]?.topic).toBe(topic);
  const payload: unknown = JSON.parse(consumer.received[1]?.payload ?? '');
  if (typeof expected === 'number') expect(payload).toBe(expected);
  else expect(payload).toMatchObject(expected);
});
