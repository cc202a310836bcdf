import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Publication } from '../../../src/broker/core/publication.ts';
import { type EmbeddedBroker, startBroker } from '../../rigs/embedded-broker.ts';
import { until } from '../../rigs/until.ts';

let house: EmbeddedBroker;
beforeEach(async () => {
  house = await startBroker();
});
afterEach(() => house.stop());

test('a frozen subscriber costs others nothing, loses QoS 0 alone, counted, and its going harms nobody', async () => {
  const frozen = house.client();
  await frozen.connect();
  await frozen.subscribe({ topic: '#', qos: 1 });
  frozen.freeze();
  const publisher = house.client();
  const subscriber = house.client();
  await publisher.connect();
  await subscriber.connect();
  await subscriber.subscribe('unrelated');
  /** The median of 20, for a busy machine makes any one of them late. */
  const roundTrip_ms = async (): Promise<number> => {
    const took: number[] = [];
    for (let i = 0; i < 20; i++) {
      const before = performance.now();
      const arrived = subscriber.payloads().length;
      publisher.publish('unrelated', String(i));
      await until('the unrelated message', () => subscriber.payloads().length > arrived);
      took.push(performance.now() - before);
    }
    return took.toSorted((a, b) => a - b)[10] ?? 0;
  };
  const alone_ms = await roundTrip_ms();
  const payload = Buffer.alloc(20_000);
  for (let i = 0; i < 2_000; i++) publisher.publish('flood', payload);
  await publisher.settled();
  expect(house.broker.stats().dropped.slow_client).toBeGreaterThan(0);
  expect(await roundTrip_ms()).toBeLessThan(alone_ms + 250);
  await house.broker.publish({ topic: 'of-the-process', payload, qos: 1, retain: false });
  frozen.destroy();
  await until('it is gone', () => house.broker.clients().length === 2);
  for (let i = 0; i < 2_000; i++) publisher.publish('flood', payload);
  await publisher.settled();
});

test('what a frozen client has no room for is neither encoded nor written, and told of once', async () => {
  const frozen = house.client();
  await frozen.connect();
  await frozen.subscribe({ topic: 'a', qos: 1 });
  frozen.freeze();
  const publish = (payload: Buffer) => house.broker.publish({ topic: 'a', payload, qos: 0, retain: false });
  const filling = Buffer.alloc(20_000);
  const { dropped, bytes_out } = await until('it is full', async () => {
    for (let i = 0; i < 50; i++) await publish(filling);
    const stats = house.broker.stats();
    return stats.dropped.slow_client > 0 ? stats : undefined;
  });
  const encoded = vi.spyOn(Publication.prototype, 'frame');
  for (let i = 0; i < 10_000; i++) await publish(Buffer.from('x'));
  expect(encoded).not.toHaveBeenCalled();
  encoded.mockRestore();
  expect(house.broker.stats()).toMatchObject({ bytes_out });
  expect(house.broker.stats().dropped.slow_client).toBe(dropped.slow_client + 10_000);
  expect(house.log.filter(({ msg }) => msg === 'messages to a client are dropped')).toHaveLength(1);
});

test('QoS 1 for a frozen subscriber waits in its bounded queue and arrives when it thaws', async () => {
  const frozen = house.client();
  await frozen.connect();
  await frozen.subscribe({ topic: 'a', qos: 1 });
  frozen.freeze();
  const payload = Buffer.alloc(20_000);
  for (let i = 0; i < 400; i++) await house.broker.publish({ topic: 'a', payload, qos: 1, retain: false });
  frozen.thaw();
  await until('all', () => frozen.all('publish').length === 400);
});
