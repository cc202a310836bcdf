import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { faultPoints, SEED, sayOutcome, sayProgress } from '../rigs/fault-points.ts';
import { Ledger } from '../rigs/ledger.ts';
import { Mosquitto } from '../rigs/mosquitto.ts';
import { Pinbus } from '../rigs/pinbus.ts';
import { seeded } from '../rigs/seeded.ts';
import { until } from '../rigs/until.ts';
import { UpstreamSubscriber } from '../rigs/upstream-subscriber.ts';

const KILLS = faultPoints(0.1, 3);
const TOPIC = 'down/number';
const MESSAGES = 200;
/** What the node takes before it acknowledged the first: as many may come twice after a kill. */
const WINDOW = 100;
const PATIENCE_MS = 60_000;

let cloud: Mosquitto;
let pinbus: Pinbus;
let app: UpstreamSubscriber;
beforeEach(async () => {
  cloud = await Mosquitto.make();
  await cloud.start();
  app = await UpstreamSubscriber.connect(cloud.port, 'nothing', 'app');
  const bridge = { name: 'cloud', url: `mqtt://127.0.0.1:${cloud.port}`, in: [{ filter: 'down/#' }], keepalive: '5s' };
  pinbus = await Pinbus.start({ config: { bridges: [bridge] } });
});
afterEach(async () => {
  await app.close();
  await pinbus.dispose();
  await cloud.remove();
});

/** A client of the node, that messages wait for while it is away. */
const local = () => UpstreamSubscriber.connect(pinbus.port, 'down/#', 'away');

test(
  `what comes down while the node is killed ${KILLS} times reaches a client that was away, in order (SEED=${SEED})`,
  async () => {
    const random = seeded(SEED);
    const ledger = new Ledger();
    const first = await local();
    await until(
      'the subscription',
      async () => {
        await app.publish('down/first', 'first');
        return first.received.length > 0;
      },
      PATIENCE_MS,
    );
    await first.close();
    for (let kill = 1; kill <= KILLS; kill++) {
      const numbers = Array.from({ length: MESSAGES }, () => ledger.issue(TOPIC));
      const sending = numbers.map((number) => app.publish(TOPIC, `${number}`).then(() => ledger.acknowledge(number)));
      // Any moment will do; some messages are taken over by then, and some are not.
      await sleep(random() * 60);
      await pinbus.kill();
      await Promise.all(sending);
      await pinbus.start();
      sayProgress('kills while messages come down', kill, KILLS, ledger.tally());
    }
    await app.publish(TOPIC, 'last');
    const back = await local();
    await until('the last', () => back.payloads.includes('last'), PATIENCE_MS);
    for (const { topic, payload } of back.received) {
      if (/^\d+$/.test(payload)) ledger.arrive({ topic, number: Number(payload), historic: false });
    }
    const tally = ledger.tally();
    sayOutcome(`${KILLS} kills while messages came down`, tally);
    expect(tally).toMatchObject({ acknowledged: KILLS * MESSAGES, lost: 0, reordered: 0, unexpected: 0 });
    expect(tally.duplicated).toBeLessThanOrEqual(KILLS * WINDOW);
    await back.close();
  },
  60_000 + KILLS * 40_000,
);
