import type { IPublishPacket } from 'mqtt-packet';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BridgedOutbox, bridge } from '../../../rigs/bridged-outbox.ts';
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

/** The lamp's messages that an upstream got, the birth of the node apart. */
const published = () =>
  (server?.received ?? []).filter(
    (packet): packet is IPublishPacket => packet.cmd === 'publish' && packet.topic.includes('lamp'),
  );
const payloads = () => published().map(({ payload }) => Number(payload));
const depth = () => node.bridges.status()[0]?.depth;

async function start(script: Script): Promise<void> {
  server = new ScriptedUpstream(script);
  await node.start([bridge(await server.start())]);
}
const publish = (from: number, to: number) =>
  Promise.all(Array.from({ length: to - from }, (_, i) => node.publish('pinbus/v1/porch/lamp/state', `${from + i}`)));
/** Acknowledges nothing of the lamp's. */
const SILENT: Script = {
  connect: () => ({ ...ACCEPT, properties: { receiveMaximum: 7 } }),
  publish: (packet) => (packet.topic.includes('lamp') ? undefined : acknowledge(packet)),
};

test("never more in flight than the upstream's Receive Maximum, and the rest follows its acknowledgements in order", async () => {
  await start(SILENT);
  await publish(0, 30);
  await until('a full window', () => published().length === 7);
  for (let next = 0; next < 30; next++) {
    const packet = published()[next];
    if (packet === undefined) throw new Error(`number ${next} was not sent`);
    server?.send(acknowledge(packet));
    const sent = Math.min(30, next + 1 + 7);
    await until('the next one', () => published().length === sent);
  }
  await until('an empty lane', () => depth() === 0);
  expect(payloads()).toEqual(Array.from({ length: 30 }, (_, i) => i));
});

test('nothing leaves the disk before its acknowledgement', async () => {
  await start(SILENT);
  await publish(0, 3);
  await until('all sent', () => published().length === 3);
  expect(depth()).toBe(3);
  server?.send(acknowledge(published()[1] as IPublishPacket));
  await until('the one', () => depth() === 2);
});

test('what was not acknowledged comes again over the next link, from the oldest on', async () => {
  await start(SILENT);
  await publish(0, 5);
  await until('all sent', () => published().length === 5);
  server?.send(acknowledge(published()[2] as IPublishPacket));
  await until('the one', () => depth() === 4);
  server?.drop();
  await until('the rest again', () => published().length === 9);
  expect(payloads().slice(5)).toEqual([0, 1, 3, 4]);
});

test('a message that is refused for good is skipped, one that is refused for now comes again', async () => {
  const refusals = new Map([
    ['1', [0x87]],
    ['2', [0x97, 0x97]],
  ]);
  await start({
    connect: () => ACCEPT,
    publish: (packet) => acknowledge(packet, refusals.get(String(packet.payload))?.shift() ?? 0),
  });
  await publish(0, 4);
  await until('an empty lane', () => depth() === 0);
  expect(payloads().filter((number) => number === 1)).toHaveLength(1);
  expect(payloads().filter((number) => number === 2)).toHaveLength(3);
  expect(payloads().filter((number) => number === 3).length).toBeGreaterThanOrEqual(1);
});

test('a stop waits a little for what is on the way, so that it does not come twice', async () => {
  await start({
    connect: () => ACCEPT,
    publish: (packet) => {
      if (!packet.topic.includes('lamp')) return acknowledge(packet);
      setTimeout(() => server?.send(acknowledge(packet)), 100);
      return undefined;
    },
  });
  await publish(0, 20);
  await until('all sent', () => published().length === 20);
  await node.bridges.stop();
  expect(node.outbox.status().depth).toBe(0);
});

test('a stop does not wait for ever', async () => {
  await start(SILENT);
  await publish(0, 5);
  await until('all sent', () => published().length === 5);
  const began_ms = performance.now();
  await node.bridges.stop();
  expect(performance.now() - began_ms).toBeLessThan(3_000);
  expect(node.outbox.status().depth).toBe(5);
});
