import { afterEach, beforeEach, expect, test } from 'vitest';
import { DurableHouse } from '../../rigs/durable-house.ts';
import { until } from '../../rigs/until.ts';

const TOPICS = 5_000;
const numbers = Array.from({ length: TOPICS }, (_, i) => i);

let house: DurableHouse;
beforeEach(async () => {
  house = await DurableHouse.start();
  const say = (i: number) =>
    house.broker.publish({ topic: `home/${i}/state`, payload: Buffer.from(`${i}`), qos: 0, retain: true });
  await Promise.all(numbers.map(say));
  await house.restart();
});
afterEach(() => house.remove());

test.each([0, 1, 2] as const)(
  'after a restart a client gets every retained message, once, at QoS %d, and what is published meanwhile',
  async (qos) => {
    const client = house.client();
    await client.connect();
    await client.subscribe({ topic: 'home/#', qos });
    const other = house.client();
    await other.connect();
    await other.subscribe('home/new');
    for (let i = 0; i < 100; i++) {
      other.publish('home/new', `${i}`);
      await until('it comes back', () => other.payloads().length === i + 1);
    }
    const retained = () => client.all('publish').filter(({ retain }) => retain);
    await until('all', () => retained().length >= TOPICS, 30_000);
    expect(
      retained()
        .map(({ topic, payload }) => `${topic} ${payload.toString()}`)
        .toSorted(),
    ).toEqual(numbers.map((i) => `home/${i}/state ${i}`).toSorted());
    expect(client.all('publish').filter(({ retain }) => !retain)).toHaveLength(100);
  },
);

test('a handler of the process gets them too, until it ends', async () => {
  const seen = new Set<string>();
  house.broker.subscribe('home/+/state', ({ topic }) => seen.add(topic));
  const few = new Set<string>();
  const stop = house.broker.subscribe('home/+/state', ({ topic }) => few.add(topic));
  stop();
  await until('all', () => seen.size === TOPICS, 30_000);
  expect(few.size).toBe(0);
});

test('one that ends its subscription, or leaves, while the disk is read harms nobody', async () => {
  const client = house.client();
  await client.connect();
  void client.subscribe({ topic: 'home/#', qos: 1 });
  client.send({ cmd: 'unsubscribe', messageId: 7, unsubscriptions: ['home/#'] });
  await until('UNSUBACK', () => client.all('unsuback').length === 1);
  const gone = house.client();
  await gone.connect();
  void gone.subscribe({ topic: 'home/#', qos: 1 }).catch(() => {});
  gone.destroy();
  await until('it is gone', () => house.broker.clients().length === 1);
  expect(house.broker.stats().retained).toBe(TOPICS);
});
