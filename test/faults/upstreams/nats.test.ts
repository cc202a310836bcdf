import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { BridgeScene } from '../../rigs/bridge-scene.ts';
import { sayOutcome } from '../../rigs/fault-points.ts';
import { LoadClient } from '../../rigs/load-client.ts';
import { NatsCluster } from '../../rigs/nats-cluster.ts';
import { until } from '../../rigs/until.ts';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 60_000 });
const HAS_NATS = existsSync('/usr/sbin/nats-server');

let cluster: NatsCluster;
beforeAll(async () => {
  if (HAS_NATS) cluster = await NatsCluster.start();
});
afterAll(async () => {
  if (HAS_NATS) await cluster.remove();
});

/** A bridge whose first address is the cluster's first node, behind the link; the consumer stays with the others. */
async function play(work: (scene: BridgeScene) => Promise<void>): Promise<void> {
  const [first = 0, second = 0, third = 0] = cluster.ports;
  await BridgeScene.play(
    { port: first, consumer_ports: [third, second], version: 4 },
    { failover: [`mqtt://127.0.0.1:${second}`, `mqtt://127.0.0.1:${third}`], keepalive: '5s' },
    work,
  );
}

test.skipIf(!HAS_NATS)('topics that NATS closes the connection for are set aside, and the lane goes on', async () => {
  await play(async (bridged) => {
    await bridged.pinbus.start();
    const publisher = await bridged.publish({ rate: 50 });
    await bridged.arrived(50);
    const stranger = await LoadClient.connect(bridged.pinbus.port, 'stranger');
    for (const topic of ['load/with.dot', 'load/with space']) stranger.publish(topic, '0', 1);
    await stranger.ping();
    await stranger.close();
    await bridged.pinbus.logged('the refusal', ({ code }) => code === 'UPSTREAM_MESSAGE_REFUSED', 240_000);
    await publisher.stop();
    expect(await bridged.settled()).toMatchObject({ lost: 0, reordered: 0, unexpected: 0 });
  });
});

test.skipIf(!HAS_NATS)('a NATS cluster that loses a node under load gets all, in order', async () => {
  await play(async (bridged) => {
    await bridged.pinbus.start();
    const publisher = await bridged.publish({ rate: 200 });
    await bridged.arrived(200);
    await cluster.kill(0);
    await bridged.acknowledged(1_000);
    await bridged.arrived(200);
    cluster.revive(0);
    await bridged.arrived(200);
    await publisher.stop();
    const tally = await bridged.settled();
    sayOutcome('NATS, one node of three lost and back', tally);
    expect(tally).toMatchObject({ lost: 0, reordered: 0, unexpected: 0 });
  });
});

test.skipIf(!HAS_NATS)('a node that is killed while the cluster is away drains into it later', async () => {
  await play(async (bridged) => {
    await bridged.pinbus.start();
    const publisher = await bridged.publish({ rate: 200 });
    await bridged.arrived(100);
    for (const node of [0, 1]) await cluster.kill(node);
    await bridged.acknowledged(500);
    await bridged.pinbus.kill();
    await publisher.stop();
    for (const node of [0, 1]) cluster.revive(node);
    await bridged.pinbus.start();
    await until('all of it', () => bridged.ledger.missing.size === 0, 90_000).catch(() => {});
    const tally = await bridged.settled();
    sayOutcome('NATS without a quorum, and a kill', tally);
    expect(tally).toMatchObject({ lost: 0, reordered: 0, unexpected: 0 });
  });
});
