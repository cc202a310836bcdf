import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { BridgeScene } from '../rigs/bridge-scene.ts';
import { Mosquitto } from '../rigs/mosquitto.ts';
import { seeded } from '../rigs/seeded.ts';
import { until } from '../rigs/until.ts';
import { UpstreamSubscriber } from '../rigs/upstream-subscriber.ts';

/** Kills over all stages. */
const POINTS = Number(process.env['PINBUS_FAULT_POINTS'] ?? 4);
const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9));
/** What may be on the way to the upstream, and so come twice, each time that node or link dies. */
const WINDOW = 200;
const KEPT = 'load/kept';
const FLOW = { topics: ['load/a', 'load/b', KEPT], retained: KEPT, window: 50, rate: 3_000 };

interface Stage {
  readonly name: string;
  /** How often a link can die in it, the kill included. */
  readonly ends: number;
  /** The node is killed when this settles. */
  readonly lead: (scene: BridgeScene, random: () => number) => Promise<void>;
}

const STAGES: readonly Stage[] = [
  {
    name: 'publishing',
    ends: 1,
    lead: async (scene, random) => {
      await scene.acknowledged(100);
      await sleep(random() * 150);
    },
  },
  {
    // Nothing but appends, and the kill within one or two of their commits.
    name: 'committing',
    ends: 1,
    lead: async (scene, random) => {
      scene.link.cut();
      await scene.acknowledged(50 + Math.floor(random() * 100));
      await sleep(random() * 4);
    },
  },
  {
    name: 'draining',
    ends: 2,
    lead: async (scene, random) => {
      scene.link.cut();
      await scene.acknowledged(1_500);
      // Started again it tries the upstream at once.
      await scene.pinbus.kill();
      scene.link.heal();
      await scene.pinbus.start();
      await scene.arrived(1);
      await sleep(random() * 150);
    },
  },
  {
    name: 'reconnecting',
    ends: 2,
    lead: async (scene, random) => {
      await scene.acknowledged(100);
      scene.link.reset();
      await sleep(random() * 1_200);
    },
  },
];
const KILLS = Math.ceil(POINTS / STAGES.length);

test.concurrent.each(STAGES)(
  `kill -9 while $name: all that was acknowledged arrives, in order (SEED=${SEED})`,
  async ({ name, ends, lead }) => {
    const cloud = await Mosquitto.make();
    await cloud.start();
    const scene = await BridgeScene.set({ port: cloud.port }, { replay: { rate: 20_000, burst: 20_000 } });
    const { pinbus, ledger, link } = scene;
    const random = seeded(SEED + name.length);
    try {
      for (let kill = 0; kill < KILLS; kill++) {
        await pinbus.start();
        const publisher = await scene.publish(FLOW);
        await lead(scene, random);
        await pinbus.kill();
        await publisher.stop();
      }
      link.heal();
      await pinbus.start();
      const tally = await scene.settled();
      console.log(`${KILLS} kills while ${name}: ${JSON.stringify(tally)}`);
      expect(tally).toMatchObject({ lost: 0, reordered: 0, unexpected: 0 });
      expect(tally.duplicated).toBeLessThanOrEqual(ends * KILLS * WINDOW);
      const later = await UpstreamSubscriber.connect(cloud.port, KEPT, 'later');
      await until('what is retained', () => later.received.length === 1);
      expect(Number(later.payloads[0])).toBeGreaterThanOrEqual(ledger.youngestAcknowledged(KEPT));
      await later.close();
    } finally {
      await scene.strike();
      await cloud.remove();
    }
  },
  120_000 + POINTS * 5_000,
);
