import type { ISubscribePacket } from 'mqtt-packet';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { milliseconds } from '../../../../src/topics/index.ts';
import { BridgedOutbox, bridge, SHORT } from '../../../rigs/bridged-outbox.ts';
import { ACCEPT, acknowledge, ScriptedUpstream } from '../../../rigs/scripted-upstream.ts';
import { until } from '../../../rigs/until.ts';

const NOT_AUTHORIZED = 0x87;
const QUOTA_EXCEEDED = 0x97;

let node: BridgedOutbox;
let server: ScriptedUpstream;
let allowed = false;
/** Publishes that the upstream still refuses for now. */
let refusals = 0;
beforeEach(() => {
  allowed = false;
  refusals = 0;
  node = new BridgedOutbox();
  server = new ScriptedUpstream({
    connect: () => ACCEPT,
    publish: (packet) => acknowledge(packet, refusals-- > 0 ? QUOTA_EXCEEDED : 0),
    subscribe: ({ messageId = 0, subscriptions }) => ({
      cmd: 'suback',
      messageId,
      granted: [allowed || topicOf(subscriptions) === 'garden/#' ? 1 : NOT_AUTHORIZED],
    }),
  });
});
afterEach(async () => {
  await node.remove();
  await server.stop();
});

const topicOf = ([first]: ISubscribePacket['subscriptions']) => first?.topic;
const asked = (filter: string) =>
  server.received.filter((packet) => packet.cmd === 'subscribe' && topicOf(packet.subscriptions) === filter).length;
const status = () => {
  const [first] = node.bridges.status();
  if (first === undefined) throw new Error('no bridge');
  return first;
};
const REFUSED = { code: 'UPSTREAM_SUBSCRIPTION_REFUSED', message: expect.stringContaining('house/#') };

test('a subscription that is refused is the error of a bridge that goes on, and is asked for until it is taken', async () => {
  const rules = ['house/#', 'garden/#'].map((filter) => ({ filter, qos: 1, retain: true }) as const);
  await node.start([bridge(await server.start(), { in: rules })], { ...SHORT, denied_base: milliseconds(500) });
  await until('the refusal', () => status().last_error !== undefined);
  expect(status()).toMatchObject({ state: 'connected', last_error: REFUSED });
  expect(status().last_error?.remedy).toContain('"in" rules');
  // A lane that paused and goes on does not make it good.
  refusals = 1;
  await node.publish('pinbus/v1/porch/lamp/state', 'ON');
  await until('an empty lane', () => status().depth === 0 && status().state === 'connected');
  expect(refusals).toBeLessThan(1);
  expect(status().last_error).toMatchObject(REFUSED);
  allowed = true;
  await until('the subscription', () => status().last_error === undefined);
  expect(server.received.filter(({ cmd }) => cmd === 'connect')).toHaveLength(1);
  // What was taken at once is asked for once.
  expect(asked('garden/#')).toBe(1);
  expect(asked('house/#')).toBeGreaterThan(1);
});

test('what was refused is asked for anew over the next link', async () => {
  const rule = { filter: 'house/#', qos: 1, retain: true } as const;
  const times = { ...SHORT, denied_base: milliseconds(600_000), denied_cap: milliseconds(600_000) };
  await node.start([bridge(await server.start(), { in: [rule] })], times);
  await until('the refusal', () => status().last_error !== undefined);
  allowed = true;
  server.drop();
  await until('the subscription', () => status().state === 'connected' && asked('house/#') === 2);
  await until('no error', () => status().last_error === undefined);
});
