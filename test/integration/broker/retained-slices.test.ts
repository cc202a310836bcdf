import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EmbeddedBroker, startBroker } from '../../rigs/embedded-broker.ts';
import { LoadClient } from '../../rigs/load-client.ts';

const TOPICS = 100_000;
/** How often another client is answered meanwhile, at least; all at once would be once. */
const ROUNDS = 100;

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
    let rounds = 0;
    const round = async (): Promise<boolean> => {
      const answered = new Promise<void>((resolve) => {
        other.onMessage = () => resolve();
      });
      other.publish('ping', 'x');
      await answered;
      rounds++;
      return topics.size >= TOPICS;
    };
    void greedy.subscribe('#', qos);
    const end = performance.now() + 30_000;
    while (!(await round()) && performance.now() < end);
    expect(messages).toBe(TOPICS);
    expect(rounds).toBeGreaterThan(ROUNDS);
    expect(house.broker.stats().dropped).toMatchObject({ slow_client: 0, queue_full: 0 });
  },
  60_000,
);
