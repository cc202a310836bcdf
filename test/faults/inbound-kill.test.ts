import { afterEach, beforeEach, expect, test } from 'vitest';
import { Mosquitto } from '../rigs/mosquitto.ts';
import { Pinbus } from '../rigs/pinbus.ts';
import { seeded } from '../rigs/seeded.ts';
import { until } from '../rigs/until.ts';
import { UpstreamSubscriber } from '../rigs/upstream-subscriber.ts';

const KILLS = Math.max(3, Number(process.env['PINBUS_FAULT_POINTS'] ?? 0) / 10);
const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9));
const MESSAGES = 200;
/** What the node takes before it acknowledged the first: as many may come twice after a kill. */
const WINDOW = 100;

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
    const first = await local();
    await until('the subscription', async () => {
      await app.publish('down/first', 'first');
      return first.received.length > 0;
    });
    await first.close();
    for (let kill = 0; kill < KILLS; kill++) {
      const numbers = Array.from({ length: MESSAGES }, (_, i) => `${kill * MESSAGES + i}`);
      const sending = Promise.all(numbers.map((number) => app.publish('down/number', number)));
      // Any moment will do; some messages are taken over by then, and some are not.
      await new Promise((resolve) => setTimeout(resolve, random() * 60));
      await pinbus.kill();
      await sending;
      await pinbus.start();
    }
    await app.publish('down/number', 'last');
    const back = await local();
    await until('the last', () => back.payloads.includes('last'), 30_000);
    const numbers = back.payloads.filter((payload) => /^\d+$/.test(payload)).map(Number);
    const firsts = [...new Set(numbers)];
    expect(firsts, 'lost or reordered').toEqual(Array.from({ length: KILLS * MESSAGES }, (_, i) => i));
    expect(numbers.length - firsts.length, 'duplicated').toBeLessThanOrEqual(KILLS * WINDOW);
    await back.close();
  },
  60_000 + KILLS * 10_000,
);
