import { afterEach, beforeEach, expect, test } from 'vitest';
import { milliseconds } from '../../../../src/topics/index.ts';
import { BridgedOutbox, bridge, SHORT } from '../../../rigs/bridged-outbox.ts';
import { ACCEPT, acknowledge, type Script, ScriptedUpstream } from '../../../rigs/scripted-upstream.ts';
import { until } from '../../../rigs/until.ts';

let node: BridgedOutbox;
let server: ScriptedUpstream | undefined;
beforeEach(() => {
  node = new BridgedOutbox();
});
afterEach(async () => {
  await node.remove();
  await server?.stop();
});

async function start(script: Script, drain_ms: number): Promise<void> {
  server = new ScriptedUpstream(script);
  await node.start([bridge(await server.start())], { ...SHORT, drain: milliseconds(drain_ms) });
  await until('a link', () => node.bridges.status()[0]?.state === 'connected');
}
const publish = (count: number) =>
  Promise.all(Array.from({ length: count }, (_, i) => node.publish('pinbus/v1/porch/lamp/state', `${i}`)));
const left = () => node.database.kept.lines.filter(({ msg }) => msg.startsWith('stopped with messages'));

test('a shutdown sends what is owed first, several windows of it, and has nothing to say then', async () => {
  await start({ connect: () => ACCEPT, publish: acknowledge }, 20_000);
  await publish(1_000);
  await node.bridges.stop();
  expect(node.outbox.status().lanes.cloud).toBe(0);
  expect(left()).toEqual([]);
});

test('a shutdown does not wait for an upstream that is silent, and says what is left', async () => {
  await start(
    { connect: () => ACCEPT, publish: (packet) => (packet.topic.includes('lamp') ? undefined : acknowledge(packet)) },
    50,
  );
  await publish(7);
  await node.bridges.stop();
  expect(left()).toMatchObject([{ bridge: 'cloud', left: 7 }]);
});

test('a shutdown does not wait for an upstream that is away', async () => {
  await start({ connect: () => ACCEPT, publish: () => undefined }, 3_600_000);
  await server?.stop();
  await until('the lost link', () => node.bridges.status()[0]?.state !== 'connected');
  await publish(3);
  await node.bridges.stop();
  expect(left()).toMatchObject([{ left: 3 }]);
});
