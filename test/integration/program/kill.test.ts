import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LoadClient, publishPacket } from '../../rigs/load-client.ts';
import { Mosquitto } from '../../rigs/mosquitto.ts';
import { Pinbus } from '../../rigs/pinbus.ts';
import { until } from '../../rigs/until.ts';
import { UpstreamSubscriber } from '../../rigs/upstream-subscriber.ts';

const MESSAGES = 5_000;
const TOPICS = 20;
/** Sent and not yet acknowledged, at most. */
const WINDOW = 500;

const topicOf = (number: number): string => `meters/${number % TOPICS}`;

describe('kill -9 while QoS 1 publishes flow to a bridged topic, the cloud down', () => {
  let cloud: Mosquitto;
  let consumer: UpstreamSubscriber;
  let pinbus: Pinbus;

  beforeEach(async () => {
    cloud = await Mosquitto.make();
    await cloud.start();
    consumer = await UpstreamSubscriber.connect(cloud.port, 'meters/#');
    // Its session waits in the cloud, and the cloud is down for all that follows.
    await cloud.stop();
    const bridge = { name: 'cloud', url: `mqtt://127.0.0.1:${cloud.port}`, out: [{ filter: 'meters/#', qos: 1 }] };
    pinbus = await Pinbus.start({ config: { bridges: [bridge] } });
  });

  afterEach(async () => {
    await consumer?.close();
    await pinbus?.dispose();
    await cloud?.remove();
  });

  test.each([0.1, 0.5, 0.9])(
    'at %f of 5,000: every acknowledged one arrives once the cloud is up',
    {
      timeout: 120_000,
    },
    async (part) => {
      const acknowledged = new Set<number>();
      const began = await LoadClient.connect(pinbus.port, 'meter');
      const flow = send(
        began,
        Array.from({ length: MESSAGES }, (_, number) => number),
        acknowledged,
      );
      await until('the moment of the kill', () => acknowledged.size >= MESSAGES * part);
      await pinbus.kill();
      await flow;
      const before = new Set(acknowledged);
      expect(before.size).toBeLessThan(MESSAGES);

      await pinbus.start();
      const rest = Array.from({ length: MESSAGES }, (_, number) => number).filter(
        (number) => !acknowledged.has(number),
      );
      const again = await LoadClient.connect(pinbus.port, 'meter');
      await send(again, rest, acknowledged);
      expect(acknowledged.size).toBe(MESSAGES);
      expect(consumer.received).toEqual([]);

      await cloud.start();
      const arrived = (): Set<number> => new Set(consumer.payloads.map(Number));
      await until('all of them in the cloud', () => arrived().size === MESSAGES, 60_000).catch(() => {});
      const lost = [...acknowledged].filter((number) => !arrived().has(number));
      expect(lost).toEqual([]);
      expect(inversions(consumer)).toEqual([]);
      await again.close();
    },
  );
});

/** Publishes in order, at most WINDOW ahead of the acknowledgements. Settles when all are acknowledged or the link is gone. */
async function send(client: LoadClient, numbers: readonly number[], acknowledged: Set<number>): Promise<void> {
  const waiting = new Map<number, number>();
  client.onPuback = (id) => {
    const number = waiting.get(id);
    waiting.delete(id);
    if (number !== undefined) acknowledged.add(number);
  };
  for (const number of numbers) {
    await until('room in the window', () => client.closed || waiting.size < WINDOW, 30_000);
    if (client.closed) return;
    const id = client.nextId();
    waiting.set(id, number);
    await client.write(publishPacket(topicOf(number), String(number), 1, id));
  }
  await until('the last acknowledgement', () => client.closed || waiting.size === 0, 30_000);
}

/** Messages of a topic that came for the first time after a newer one of it. What the sender sent again may repeat. */
function inversions(consumer: UpstreamSubscriber): string[] {
  const newest = new Map<string, number>();
  const seen = new Set<number>();
  return consumer.received.flatMap(({ topic, payload }) => {
    const number = Number(payload);
    if (seen.has(number)) return [];
    seen.add(number);
    const before = newest.get(topic) ?? -1;
    newest.set(topic, Math.max(before, number));
    return number < before ? [`${topic}: ${number} after ${before}`] : [];
  });
}
