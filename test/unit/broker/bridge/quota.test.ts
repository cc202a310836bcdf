import type { IPublishPacket } from 'mqtt-packet';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { milliseconds } from '../../../../src/topics/index.ts';
import { BridgedOutbox, bridge, SHORT } from '../../../rigs/bridged-outbox.ts';
import { ACCEPT, acknowledge, type Script, ScriptedUpstream } from '../../../rigs/scripted-upstream.ts';
import { until } from '../../../rigs/until.ts';

const QUOTA_EXCEEDED = 0x97;

let node: BridgedOutbox;
let server: ScriptedUpstream;
/** Publishes that the upstream still refuses. */
let refusals = 0;
const SPARING: Script = {
  connect: () => ACCEPT,
  publish: (packet) => acknowledge(packet, packet.topic.includes('lamp') && refusals-- > 0 ? QUOTA_EXCEEDED : 0),
};
beforeEach(() => {
  node = new BridgedOutbox();
  server = new ScriptedUpstream(SPARING);
});
afterEach(async () => {
  await node.remove();
  await server.stop();
});

const status = () => {
  const [first] = node.bridges.status();
  if (first === undefined) throw new Error('no bridge');
  return first;
};
const lamp = () =>
  server.received.filter(
    (packet): packet is IPublishPacket => packet.cmd === 'publish' && packet.topic.includes('lamp'),
  );
const publish = (count: number) =>
  Promise.all(Array.from({ length: count }, (_, i) => node.publish('pinbus/v1/porch/lamp/state', `${i}`)));
const connections = () => server.received.filter(({ cmd }) => cmd === 'connect').length;

test('an exceeded quota pauses the lane, and it goes on over the same link with nothing lost', async () => {
  const states: string[] = [];
  refusals = 3;
  await node.start([bridge(await server.start())]);
  node.bridges.onChange(({ state }) => states.push(state));
  await until('a link', () => status().state === 'connected');
  await publish(10);
  await until('an empty lane', () => status().depth === 0);
  expect(connections()).toBe(1);
  expect(states).toContain('paused');
  await until('the lane in order', () => status().state === 'connected' && status().last_error === undefined);
  const taken = new Set(lamp().map(({ payload }) => String(payload)));
  expect(taken.size).toBe(10);
});

test.each(['the only one at first', 'one of many'])(
  'a message that alone is refused for the quota becomes a dead letter, and the others go on: %s',
  async (how) => {
    const picky = new ScriptedUpstream({
      connect: () => ACCEPT,
      publish: (packet) => acknowledge(packet, String(packet.payload) === 'huge' ? QUOTA_EXCEEDED : 0),
    });
    await node.start([bridge(await picky.start())], { ...SHORT, reset: milliseconds(50) });
    await until('a link', () => status().state === 'connected');
    await node.publish('pinbus/v1/porch/lamp/state', 'huge');
    if (how === 'one of many') await publish(20);
    await until('an open breaker', () => status().breaker === 'open' && status().depth === 1);
    expect(await node.deadLetters.count()).toBe(0);
    await publish(3);
    await until('an empty lane', () => status().depth === 0, 15_000);
    expect(await node.deadLetters.list(undefined, 0, 10)).toMatchObject([{ reason: expect.stringContaining('quota') }]);
    await until('the lane in order', () => status().state === 'connected' && status().breaker === 'closed');
    await picky.stop();
  },
);

test('what was on its way when the quota was exceeded is not sent twice', async () => {
  await node.start([bridge(await server.start())]);
  await until('a link', () => status().state === 'connected');
  refusals = 1;
  await publish(50);
  await until('an empty lane', () => status().depth === 0);
  const times = new Map<string, number>();
  for (const { payload } of lamp()) times.set(String(payload), (times.get(String(payload)) ?? 0) + 1);
  expect([...times.values()].filter((count) => count > 1)).toEqual([2]);
  expect(times.size).toBe(50);
});

test('another refusal for the moment, behind the quota, does not leave the lane waiting for ever', async () => {
  const reasons = [QUOTA_EXCEEDED, 0x80, 0x83];
  const moody = new ScriptedUpstream({
    connect: () => ACCEPT,
    publish: (packet) => acknowledge(packet, packet.topic.includes('lamp') ? (reasons.shift() ?? 0) : 0),
  });
  await node.start([bridge(await moody.start())]);
  await until('a link', () => status().state === 'connected');
  await publish(10);
  await until('an empty lane', () => status().depth === 0);
  expect(reasons).toEqual([]);
  await moody.stop();
});

test('an upstream without quota for long opens the breaker, which lets one message try and then all', async () => {
  const breakers: string[] = [];
  refusals = 40;
  await node.start([bridge(await server.start())], { ...SHORT, reset: milliseconds(50) });
  node.bridges.onChange(({ breaker }) => breakers.push(breaker));
  await until('a link', () => status().state === 'connected');
  for (let i = 0; i < 6; i++) await publish(1);
  await until('an empty lane', () => status().depth === 0, 20_000);
  await until('a closed breaker', () => status().breaker === 'closed');
  expect(breakers).toContain('open');
  expect(breakers).toContain('half_open');
  expect(connections()).toBe(1);
});

test('why the lane pauses is in the status, with what to do', async () => {
  refusals = 1_000_000;
  await node.start([bridge(await server.start())], { ...SHORT, base: milliseconds(60_000), cap: milliseconds(60_000) });
  await until('a link', () => status().state === 'connected');
  await publish(1);
  await until('the pause', () => status().state === 'paused');
  expect(status()).toMatchObject({
    depth: 1,
    last_error: { code: 'UPSTREAM_QUOTA', remedy: expect.stringContaining('quota') },
  });
});
