import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EmbeddedBroker, startBroker } from '../../rigs/embedded-broker.ts';
import { LoadClient } from '../../rigs/load-client.ts';
import { until } from '../../rigs/until.ts';

const TOPICS = 100_000;
/** What one who asks for everything may cost anybody else, in milliseconds, on a machine that has other things to do too. */
const WORST_MS = 250;

let house: EmbeddedBroker;
beforeEach(async () => {
  house = await startBroker();
  const payload = Buffer.from('a state of some length');
  for (let i = 0; i < TOPICS; i++) {
    void house.broker.publish({
      topic: `home/${i % 1_000}/${i}/state`,
      payload,
      qos: i % 2 === 0 ? 1 : 0,
      retain: true,
    });
  }
});
afterEach(() => house.stop());

test.each([0, 1] as const)(
  `everything of ${TOPICS} retained topics at QoS %d arrives, once, and keeps nobody waiting`,
  async (qos) => {
    const other = await LoadClient.connect(house.port, 'other');
    const greedy = await LoadClient.connect(house.port, 'greedy');
    await other.subscribe('ping');
    const topics = new Set<string>();
    let messages = 0;
    greedy.onMessage = (topic) => {
      if (!topic.startsWith('home/')) return;
      messages++;
      topics.add(topic);
    };
    let worst_ms = 0;
    const round = async (): Promise<boolean> => {
      const began = performance.now();
      const answered = new Promise<void>((resolve) => {
        other.onMessage = () => resolve();
      });
      other.publish('ping', 'x');
      await answered;
      worst_ms = Math.max(worst_ms, performance.now() - began);
      return topics.size >= TOPICS;
    };
    void greedy.subscribe('#', qos);
    await until('all of it', round, 30_000);
    expect(messages).toBe(TOPICS);
    expect(worst_ms).toBeLessThan(WORST_MS);
    expect(house.broker.stats().dropped).toMatchObject({ slow_client: 0, queue_full: 0 });
  },
  60_000,
);
