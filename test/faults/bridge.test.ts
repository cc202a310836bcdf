import type { IPublishPacket } from 'mqtt-packet';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { milliseconds } from '../../src/topics/index.ts';
import { BridgedOutbox, bridge, SHORT } from '../rigs/bridged-outbox.ts';
import { Mosquitto } from '../rigs/mosquitto.ts';
import { ACCEPT, acknowledge, ScriptedUpstream } from '../rigs/scripted-upstream.ts';
import { until } from '../rigs/until.ts';
import { UpstreamSubscriber } from '../rigs/upstream-subscriber.ts';

const WINDOW = 200;
const KEEPALIVE_MS = 2_000;
/** What is late for another reason than a busy machine takes the 30 s that any answer has. */
const SLACK_MS = 10_000;
/** For thousands of messages through three processes on a busy machine. */
const PATIENCE_MS = 40_000;
vi.setConfig({ testTimeout: 60_000 });
const LAMP = 'pinbus/v1/porch/lamp/#';

let cloud: Mosquitto;
let node: BridgedOutbox;
let consumer: UpstreamSubscriber | undefined;
beforeEach(async () => {
  cloud = await Mosquitto.make();
  node = new BridgedOutbox();
});
afterEach(async () => {
  await node.remove();
  await consumer?.close();
  consumer = undefined;
  await cloud.remove();
});

const status = () => {
  const [first] = node.bridges.status();
  if (first === undefined) throw new Error('no bridge');
  return first;
};
const numbered = (from: number, count: number) => Array.from({ length: count }, (_, i) => `${from + i}`);
const publishAll = (payloads: readonly string[]) =>
  Promise.all(payloads.map((payload) => node.publish('pinbus/v1/porch/lamp/state', payload)));

test('a backlog from an outage arrives in order, marked as history, and live messages after it are not', async () => {
  await node.start([bridge(cloud.port)]);
  await publishAll(numbered(0, 1000));
  await until('a failed try', () => status().last_error);
  expect(status()).toMatchObject({ depth: 1000, last_error: { code: 'UPSTREAM_UNREACHABLE' } });
  await cloud.start();
  consumer = await UpstreamSubscriber.connect(cloud.port, LAMP);
  await until('the backlog', () => status().depth === 0, PATIENCE_MS);
  expect(status()).toMatchObject({ state: 'connected', protocol: 5 });
  await node.publish('pinbus/v1/porch/lamp/state', '1000');
  await until('all of it', () => consumer?.payloads.includes('1000'));
  const { received } = consumer;
  const history = received.filter(({ marks }) => marks.historic === 'true');
  // What was sent before the consumer subscribed was not for it.
  expect(received.map(({ payload }) => Number(payload))).toEqual(
    numbered(1001 - received.length, received.length).map(Number),
  );
  expect(history).toHaveLength(received.length - 1);
  expect(received.at(-1)?.marks).toMatchObject({ id: expect.stringMatching(/^porch:\d+$/), ts: expect.any(String) });
  expect(received.at(-1)?.marks.historic).toBeUndefined();
});

test('an upstream that restarts in the middle of a drain gets all, in order, at most a window twice', async () => {
  await cloud.start();
  consumer = await UpstreamSubscriber.connect(cloud.port, LAMP);
  await node.start([bridge(cloud.port)]);
  const publishing = publishAll(numbered(0, 5000));
  await until('some of it', () => (consumer?.received.length ?? 0) > 500, PATIENCE_MS);
  await cloud.stop();
  await publishing;
  await publishAll(numbered(5000, 1000));
  await cloud.start();
  await until('everything', () => new Set(consumer?.payloads).size === 6000, PATIENCE_MS);
  await until('an empty outbox', () => status().depth === 0, PATIENCE_MS);
  const ids = consumer.received.map(({ marks }) => Number(marks.id?.split(':')[1]));
  expect(new Set(ids).size).toBe(6000);
  expect(ids.length - 6000).toBeLessThanOrEqual(WINDOW);
  const firsts = ids.filter((id, i) => ids.indexOf(id) === i);
  expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
});

test('an upstream that hangs holds nobody up here, is noticed, and gets the rest when it is back', async () => {
  await cloud.start();
  consumer = await UpstreamSubscriber.connect(cloud.port, LAMP);
  await node.start([bridge(cloud.port, { keepalive: milliseconds(KEEPALIVE_MS) })]);
  await publishAll(numbered(0, 100));
  await until('the first', () => consumer?.received.length === 100);
  cloud.freeze();
  const frozen_ms = performance.now();
  // By a timer of this process: a busy machine is late with both.
  const due = sleep(1.5 * KEEPALIVE_MS).then(() => performance.now() - frozen_ms);
  await publishAll(numbered(100, 300));
  expect(status().state, 'acknowledged here before it was noticed that nobody is there').toBe('connected');
  await until('the lost link', () => status().state !== 'connected', PATIENCE_MS);
  const noticed_ms = performance.now() - frozen_ms;
  expect(noticed_ms).toBeLessThan((await due) + SLACK_MS);
  expect(status().last_error).toMatchObject({ code: 'UPSTREAM_SILENT' });
  cloud.thaw();
  await until('everything', () => new Set(consumer?.payloads).size === 400, PATIENCE_MS);
});

test('no more is on the way at once than the window lets', async () => {
  const held: IPublishPacket[] = [];
  const upstream = new ScriptedUpstream({ connect: () => ACCEPT, publish: (packet) => void held.push(packet) });
  const port = await upstream.start();
  try {
    await node.start([bridge(port, { window: 5, version: '5', out: [{ filter: 'load/#', qos: 1, retain: true }] })]);
    await Promise.all(numbered(0, 20).map((payload) => node.publish('load/a', payload)));
    for (let round = 0; round < 4; round++) {
      await until('a full window', () => held.length >= 5);
      expect(held.map(({ payload }) => Number(payload))).toEqual(numbered(round * 5, 5).map(Number));
      for (const packet of held.splice(0)) upstream.send(acknowledge(packet));
    }
    await until('an empty lane', () => status().depth === 0);
  } finally {
    await node.apply([]);
    await upstream.stop();
  }
});

test('the breaker opens when the upstream stays away, and lets one try through after a rest', async () => {
  const states: string[] = [];
  await node.start([bridge(cloud.port)], { ...SHORT, reset: milliseconds(300) });
  node.bridges.onChange(({ breaker }) => states.push(breaker));
  await until('an open breaker', () => status().breaker === 'open');
  await cloud.start();
  await until('a link', () => status().state === 'connected');
  expect(states).toContain('half_open');
  expect(status().breaker).toBe('closed');
});

test('messages from the upstream reach the bus, and none goes back', async () => {
  await cloud.start();
  consumer = await UpstreamSubscriber.connect(cloud.port, LAMP);
  await node.start([bridge(cloud.port, { in: [{ filter: 'pinbus/v1/porch/+/set', qos: 1, retain: true }] })]);
  await until('a link', () => status().state === 'connected');
  await consumer.publish('pinbus/v1/porch/lamp/set', 'ON');
  await until('the command', () => node.taken.length > 0);
  expect(node.taken.map(({ topic, payload }) => [topic, payload.toString()])).toEqual([
    ['pinbus/v1/porch/lamp/set', 'ON'],
  ]);
  await node.publish('pinbus/v1/porch/lamp/set', 'OFF');
  await until('what we sent', () => consumer?.payloads.includes('OFF'));
  expect(node.taken).toHaveLength(1);
});

test('the upstream knows whether the node is there: over a lost link, a new one, and a stop', async () => {
  await cloud.start();
  consumer = await UpstreamSubscriber.connect(cloud.port, 'pinbus/v1/porch/status');
  const presence = () => consumer?.received.map(({ payload, retain }) => `${payload} ${retain}`);
  await node.start([bridge(cloud.port, { keepalive: milliseconds(1_000) })]);
  await until('the birth', () => presence()?.length === 1);
  cloud.freeze();
  await until('the lost link', () => status().state !== 'connected');
  cloud.thaw();
  await until('will and birth', () => (presence()?.length ?? 0) >= 3);
  expect(presence()).toEqual(['online true', 'offline true', 'online true']);
  await node.apply([]);
  await until('the will', () => presence()?.length === 4);
  expect(presence()?.at(-1)).toBe('offline true');
});

test('a message that the upstream never takes is set aside and the lane goes on', async () => {
  await cloud.remove();
  cloud = await Mosquitto.make(['max_packet_size 2000']);
  await cloud.start();
  consumer = await UpstreamSubscriber.connect(cloud.port, LAMP);
  await node.start([bridge(cloud.port)]);
  await publishAll(['before', 'x'.repeat(3000), 'after']);
  await until('the others', () => consumer?.payloads.includes('after'));
  await until('an empty lane', () => status().depth === 0);
  expect(consumer.payloads).toEqual(['before', 'after']);
  expect(node.database.kept.lines.filter(({ code }) => code === 'UPSTREAM_MESSAGE_REFUSED')).toHaveLength(1);
});

test('a message that an upstream of 3.1.1 closes the connection for is found, and the lane goes on', async () => {
  await cloud.remove();
  cloud = await Mosquitto.make(['max_packet_size 2000']);
  await node.start([bridge(cloud.port, { version: '3.1.1', replay: { rate: 100_000, burst: 100_000, to: 'topic' } })]);
  await publishAll([...numbered(0, 300), 'x'.repeat(3000), ...numbered(300, 300)]);
  await cloud.start();
  consumer = await UpstreamSubscriber.connect(cloud.port, LAMP);
  await until('an empty lane', () => status().depth === 0, PATIENCE_MS);
  await node.publish('pinbus/v1/porch/lamp/state', 'after');
  await until('what comes after', () => consumer?.payloads.includes('after'), PATIENCE_MS);
  expect(node.database.kept.lines.filter(({ code }) => code === 'UPSTREAM_MESSAGE_REFUSED')).toHaveLength(1);
});

test('wrong credentials say what to check', async () => {
  await cloud.remove();
  cloud = await Mosquitto.make();
  await node.start([bridge(cloud.port, { url: 'mqtts://127.0.0.1:1', ca: '/nonexistent.pem' })]);
  await until('a reason', () => status().last_error?.code === 'UPSTREAM_TLS');
});

test('a reload touches only the bridges that changed', async () => {
  await cloud.start();
  await node.start([bridge(cloud.port), bridge(cloud.port, { name: 'backup' })]);
  await until('both links', () => node.bridges.status().every(({ state }) => state === 'connected'));
  const changes: string[] = [];
  node.bridges.onChange(({ name }) => changes.push(name));
  await node.apply([bridge(cloud.port), bridge(cloud.port, { name: 'backup', client_id: 'other' })]);
  await until('the changed one', () => node.bridges.status().every(({ state }) => state === 'connected'));
  expect(new Set(changes)).toEqual(new Set(['backup']));
  await node.apply([]);
  expect(node.bridges.status()).toEqual([]);
  expect(node.outbox.lanes).toEqual([]);
});
