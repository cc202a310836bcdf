import { closeSync, existsSync, openSync, statSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BridgeScene } from '../rigs/bridge-scene.ts';
import { SEED, sayOutcome } from '../rigs/fault-points.ts';
import { Mosquitto } from '../rigs/mosquitto.ts';
import { seeded } from '../rigs/seeded.ts';
import { until } from '../rigs/until.ts';

const BACKLOG = 600;
/** Bytes of a payload, so that the file is one of many pages. */
const PADDING = 400;
/** Of noise: no page is larger. */
const BYTES = 4_096;
const PLACES = 3;
/** Rows that a place can take along, on the two pages that it may touch: what has no room on one has it on the next. */
const ROWS = (2 * BYTES) / PADDING;

interface Damage {
  readonly name: string;
  readonly befall: (file: string) => void;
  /** Messages that are gone, at most. */
  readonly costs: number;
}

const DAMAGES: readonly Damage[] = [
  {
    name: 'cut in the middle',
    befall: (file) => truncateSync(file, Math.floor(statSync(file).size * 0.6)),
    // Which pages hold what is SQLite's affair; some of it is in front.
    costs: BACKLOG * 0.8,
  },
  {
    name: 'overwritten with noise in places',
    befall: (file) => {
      const random = seeded(SEED);
      const descriptor = openSync(file, 'r+');
      for (let place = 0; place < PLACES; place++) {
        const noise = Buffer.from(Array.from({ length: BYTES }, () => Math.floor(random() * 256)));
        // Behind what says which tables and bridges there are.
        writeSync(descriptor, noise, 0, BYTES, Math.floor(statSync(file).size * (0.4 + 0.5 * random())));
      }
      closeSync(descriptor);
    },
    costs: PLACES * ROWS,
  },
];

test.each(DAMAGES)(
  `a node starts on a database that was $name, says so, and the rest arrives (SEED=${SEED})`,
  async (damage) => {
    const cloud = await Mosquitto.make();
    await cloud.start();
    try {
      await BridgeScene.play({ port: cloud.port }, {}, async (scene) => {
        const { pinbus, ledger } = scene;
        scene.link.cut();
        await pinbus.start();
        const publisher = await scene.publish({ padding: PADDING });
        await scene.acknowledged(BACKLOG);
        await publisher.stop();
        // In peace: all of it is in the file, nothing in the log beside it.
        await pinbus.stop();
        damage.befall(join(pinbus.folder, 'pinbus.db'));
        scene.link.heal();
        await pinbus.start();
        const told = await pinbus.logged('the damage', ({ code }) => code === 'STORE_DAMAGED');
        expect(existsSync(String(told['set_aside']))).toBe(true);
        const lost_before = ledger.missing.size;
        await scene.arrived(lost_before - damage.costs);
        const later = await scene.publish({ rate: 200 });
        await scene.arrived(100);
        await later.stop();
        await until('all but what the damage took', () => ledger.missing.size <= damage.costs, 60_000);
        const tally = await scene.settled(1_000);
        const lost = Math.max(0, tally.lost - damage.costs);
        sayOutcome(`a database ${damage.name}, and ${tally.lost} messages with it`, { ...tally, lost });
        expect(tally.lost).toBeLessThanOrEqual(damage.costs);
        expect(tally).toMatchObject({ reordered: 0, duplicated: 0, unexpected: 0 });
      });
    } finally {
      await cloud.remove();
    }
  },
  180_000,
);
