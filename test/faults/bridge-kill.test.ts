import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { BridgeScene } from '../rigs/bridge-scene.ts';
import { faultPoints, SEED, sayMoment, sayOutcome, sayProgress } from '../rigs/fault-points.ts';
import { Mosquitto } from '../rigs/mosquitto.ts';
import { seeded } from '../rigs/seeded.ts';
import { until } from '../rigs/until.ts';
import { UpstreamSubscriber } from '../rigs/upstream-subscriber.ts';

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
      await scene.arrived(1);
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
/** Of each stage. */
const KILLS = faultPoints(1 / STAGES.length, 1);

test.concurrent.each(STAGES)(
  `kill -9 while $name: all that was acknowledged arrives, in order (SEED=${SEED})`,
  async ({ name, ends, lead }) => {
    const cloud = await Mosquitto.make();
    try {
      await cloud.start();
      const random = seeded(SEED + name.length);
      await BridgeScene.play({ port: cloud.port }, { replay: { rate: 20_000, burst: 20_000 } }, async (scene) => {
        const { pinbus, ledger, link } = scene;
        for (let kill = 1; kill <= KILLS; kill++) {
          scene.at = `kill ${kill} of ${KILLS} while ${name}, seed ${SEED}`;
          await pinbus.start();
          const publisher = await scene.publish(FLOW);
          await lead(scene, random);
          sayMoment(name, scene.moment(publisher));
          // A kernel still sends what a dead process wrote. Half of the time that is lost as well, as when the power goes.
          if (random() < 0.5) link.reset();
          await pinbus.kill();
          await publisher.stop();
          sayProgress(`kills while ${name}`, kill, KILLS, ledger.tally());
        }
        link.heal();
        await pinbus.start();
        const tally = await scene.settled();
        sayOutcome(`${KILLS} kills while ${name}`, tally);
        expect(tally).toMatchObject({ lost: 0, reordered: 0, unexpected: 0 });
        expect(tally.duplicated).toBeLessThanOrEqual(ends * KILLS * WINDOW);
        const later = await UpstreamSubscriber.connect(cloud.port, KEPT, 'later');
        // What was never acknowledged may still be on its way, as history.
        const { payload } = await until('what is retained', () => later.received.find(({ retain }) => retain), 60_000);
        expect(Number(payload)).toBeGreaterThanOrEqual(ledger.youngestAcknowledged(KEPT));
        await later.close();
      });
    } finally {
      await cloud.remove();
    }
  },
  120_000 + KILLS * 90_000,
);
