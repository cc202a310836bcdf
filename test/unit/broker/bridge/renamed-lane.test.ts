import type { IPublishPacket } from 'mqtt-packet';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BridgedOutbox, bridge } from '../../../rigs/bridged-outbox.ts';
import { ACCEPT, acknowledge, ScriptedUpstream } from '../../../rigs/scripted-upstream.ts';
import { until } from '../../../rigs/until.ts';

const TOPIC_NAME_INVALID = 0x90;

let node: BridgedOutbox;
let server: ScriptedUpstream;
let refused: boolean;
beforeEach(async () => {
  refused = true;
  node = new BridgedOutbox();
  server = new ScriptedUpstream({
    connect: () => ACCEPT,
    publish: (packet) => acknowledge(packet, refused && packet.topic.includes('lamp') ? TOPIC_NAME_INVALID : 0),
  });
  const out = [{ filter: 'pinbus/v1/{node}/{rest}', to: 'nodes/{node}/{rest}', qos: 1, retain: true }] as const;
  await node.start([bridge(await server.start(), { prefix: 'tenants/acme', out })]);
});
afterEach(async () => {
  await node.remove();
  await server.stop();
});

const published = () =>
  server.received.filter((packet): packet is IPublishPacket => packet.cmd === 'publish').map(({ topic }) => topic);

test('birth and will have the names of the upstream', async () => {
  await until('the birth', () => published().length === 1);
  expect(published()).toEqual(['tenants/acme/nodes/porch/status']);
  expect(server.received[0]).toMatchObject({ cmd: 'connect', will: { topic: 'tenants/acme/nodes/porch/status' } });
});

test('a dead letter has the name of here, and that of the upstream when it is tried again', async () => {
  await node.publish('pinbus/v1/porch/lamp/state', 'ON');
  const [letter] = await until('the dead letter', async () => {
    const letters = await node.deadLetters.list(undefined, 0, 10);
    return letters.length > 0 && letters;
  });
  expect(letter).toMatchObject({ topic: 'pinbus/v1/porch/lamp/state', bridge: 'cloud' });
  refused = false;
  await node.deadLetters.retry(letter?.id ?? 0);
  await until('an empty lane', () => node.outbox.status().depth === 0 && published().length === 3);
  expect(published().slice(1)).toEqual(Array(2).fill('tenants/acme/nodes/porch/lamp/state'));
});

test('what can have no name upstream is a dead letter, and the lane goes on', async () => {
  refused = false;
  await node.publish(`pinbus/v1/porch/${'x'.repeat(65_515)}`, 'ON');
  await node.publish('pinbus/v1/porch/lamp/state', 'ON');
  await until('the next one', () => published().includes('tenants/acme/nodes/porch/lamp/state'));
  await until('an empty lane', () => node.outbox.status().depth === 0);
  expect(await node.deadLetters.list(undefined, 0, 10)).toMatchObject([
    { reason: expect.stringContaining('no valid name') },
  ]);
});
