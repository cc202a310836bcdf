import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { BridgeScene } from '../../rigs/bridge-scene.ts';
import { sayOutcome } from '../../rigs/fault-points.ts';
import type { Way } from '../../rigs/fault-proxy.ts';
import { Mosquitto } from '../../rigs/mosquitto.ts';
import { until } from '../../rigs/until.ts';

vi.setConfig({ testTimeout: 400_000 });
const KEEPALIVE_MS = 5_000;
/** What a busy machine adds. What is late for another reason takes the 30 s that any answer has. */
const SLACK_MS = 10_000;

interface Trouble {
  readonly name: string;
  /** Messages a second while it lasts. */
  readonly rate: number;
  /** Settles when it has lasted long enough; with what was measured, if anything. */
  readonly befall: (scene: BridgeScene, cloud: Mosquitto) => Promise<string | undefined>;
}

const isLostLink = ({ msg }: Readonly<Record<string, unknown>>): boolean => msg === 'no link to the upstream';

/** Nobody tells the node; it has to notice by itself. */
async function noticed(scene: BridgeScene, code = /^UPSTREAM_SILENT$/): Promise<string> {
  const began_ms = performance.now();
  const since_ms = () => performance.now() - began_ms;
  // By a timer of this process: a machine that stands still is late with both.
  const due = sleep(1.5 * KEEPALIVE_MS).then(since_ms);
  const line = await scene.pinbus.logged('the lost link', isLostLink, 60_000);
  const took_ms = since_ms();
  expect(took_ms).toBeLessThan((await due) + SLACK_MS);
  expect(line).toMatchObject({ err: { code: expect.stringMatching(code) } });
  return `noticed in ${(took_ms / KEEPALIVE_MS).toFixed(2)} keepalives`;
}

function unbroken({ pinbus }: BridgeScene): string {
  expect(pinbus.program.stdout.some((line) => line.includes('no link'))).toBe(false);
  return 'on one link';
}

const blackHole = (name: string, swallows: readonly Way[], code?: RegExp): Trouble => ({
  name,
  // Few enough that the window has room all the while: what is sent is no sign of life.
  rate: 10,
  befall: async (scene) => {
    scene.link.set({ swallows });
    return noticed(scene, code);
  },
});

const TROUBLES: readonly Trouble[] = [
  {
    name: 'a cut',
    rate: 500,
    befall: async (scene) => {
      scene.link.cut();
      await scene.acknowledged(500);
      return undefined;
    },
  },
  {
    name: 'one reset after the other',
    rate: 500,
    befall: async (scene) => {
      for (let reset = 0; reset < 4; reset++) {
        scene.link.reset();
        await scene.arrived(100);
      }
      return undefined;
    },
  },
  // The upstream, which hears nothing, may end the link first.
  blackHole('a black hole on the way up', ['up'], /^UPSTREAM_(?:SILENT|CLOSED)$/),
  blackHole('a black hole on the way down', ['down']),
  blackHole('a black hole both ways', ['up', 'down']),
  {
    name: 'an upstream stopped by SIGSTOP',
    rate: 10,
    befall: async (scene, cloud) => {
      cloud.freeze();
      const measured = await noticed(scene);
      cloud.thaw();
      return measured;
    },
  },
  {
    name: 'slices of one byte',
    rate: 100,
    befall: async (scene) => {
      scene.link.set({ slice: 1 });
      await scene.arrived(300);
      return unbroken(scene);
    },
  },
  {
    name: '2 kB/s',
    rate: 12,
    befall: async (scene) => {
      scene.link.set({ bytes_per_s: 2_000 });
      await scene.arrived(80);
      return unbroken(scene);
    },
  },
];

test.concurrent.each(TROUBLES)('over $name nothing that was acknowledged is lost or out of order', async (trouble) => {
  const cloud = await Mosquitto.make();
  await cloud.start();
  try {
    await BridgeScene.play({ port: cloud.port }, { keepalive: `${KEEPALIVE_MS}ms` }, async (scene) => {
      await scene.pinbus.start();
      const publisher = await scene.publish({ rate: trouble.rate });
      await scene.arrived(20);
      scene.at = trouble.name;
      const measured = await trouble.befall(scene, cloud);
      scene.at = `healed after ${trouble.name}`;
      scene.link.heal();
      await scene.arrived(20);
      await publisher.stop();
      const tally = await scene.settled();
      sayOutcome(measured === undefined ? trouble.name : `${trouble.name}, ${measured}`, tally);
      expect(tally).toMatchObject({ lost: 0, reordered: 0, unexpected: 0 });
    });
  } finally {
    await cloud.remove();
  }
});

/** Live messages that a percentile needs. */
const LEAST_LIVE = 300;
const LIVE_P99_MS = 1_000;
/** A machine that stops for a second makes one of them late; it does not do so each time. */
const ATTEMPTS = 5;

const p99 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.NaN;

test('with 100 ms there and back, live messages pass a backlog within a second, and all of it arrives', async () => {
  const beside: number[] = [];
  while (beside.length < ATTEMPTS && !beside.some((live_p99_ms) => live_p99_ms < LIVE_P99_MS)) {
    beside.push(await liveBesideBacklog());
  }
  expect(Math.min(...beside), `live p99 of ${beside.join(', ')} ms`).toBeLessThan(LIVE_P99_MS);
});

/** The p99 of live messages, in milliseconds, while a backlog drains over a link of 100 ms there and back. */
async function liveBesideBacklog(): Promise<number> {
  const cloud = await Mosquitto.make();
  await cloud.start();
  try {
    return await BridgeScene.play({ port: cloud.port }, {}, async (scene) => {
      scene.link.set({ refuses: true, delay_ms: 50 });
      await scene.pinbus.start();
      const backlog = await scene.publish({ window: 500 });
      await scene.acknowledged(6_000);
      await backlog.stop();
      const historic = scene.ledger.acknowledged;
      await scene.pinbus.stop();
      scene.link.set({ delay_ms: 50 });
      await scene.pinbus.start();
      const sent_ms = new Map<number, number>();
      const beside_ms: number[] = [];
      const alone_ms: number[] = [];
      let replayed = 0;
      scene.consumer.onArrival = ({ number, historic: old }) => {
        if (old) replayed += 1;
        else {
          const took_ms = performance.now() - (sent_ms.get(number) ?? Number.NaN);
          (replayed < historic ? beside_ms : alone_ms).push(took_ms);
        }
      };
      const live = await scene.publish({ rate: 500, onSent: (number) => sent_ms.set(number, performance.now()) });
      scene.at = 'live beside the backlog';
      await until('the backlog', () => replayed >= historic, 120_000);
      scene.at = 'live alone';
      await until('as many without it', () => alone_ms.length >= LEAST_LIVE, 60_000);
      await live.stop();
      const tally = await scene.settled();
      const [beside, alone] = [p99(beside_ms), p99(alone_ms)];
      const said = `live p99 ${beside.toFixed(0)} ms of ${beside_ms.length} beside a backlog, ${alone.toFixed(0)} ms without`;
      sayOutcome(said, tally);
      expect(tally).toMatchObject({ lost: 0, duplicated: 0, reordered: 0, unexpected: 0 });
      expect(beside_ms.length).toBeGreaterThan(LEAST_LIVE);
      return beside;
    });
  } finally {
    await cloud.remove();
  }
}
