import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EmbeddedBroker, startBroker } from '../../rigs/embedded-broker.ts';
import { until } from '../../rigs/until.ts';

let house: EmbeddedBroker;
beforeEach(async () => {
  house = await startBroker();
});
afterEach(() => house.stop());

test.each([0, 1, 2] as const)(
  'a retained state followed by an event in one turn arrives live, 300 of 300, at QoS %d',
  async (qos) => {
    const subscriber = house.client();
    await subscriber.connect();
    await subscriber.subscribe({ topic: 'x/#', qos });
    for (let i = 0; i < 300; i++) {
      void house.broker.publish({ topic: 'x/state', payload: Buffer.from(`s${i}`), qos, retain: true });
      void house.broker.publish({ topic: 'x/event', payload: Buffer.from(`e${i}`), qos, retain: false });
    }
    await until('all', () => subscriber.payloads().length === 600);
    expect(subscriber.payloads()).toEqual(Array.from({ length: 300 }, (_, i) => [`s${i}`, `e${i}`]).flat());
  },
);

test('a handler of the process gets retained messages first, before subscribe returns, then live ones', async () => {
  await house.broker.publish({ topic: 'a/b', payload: Buffer.from('kept'), qos: 0, retain: true });
  const seen: string[] = [];
  const end = house.broker.subscribe('a/#', ({ payload, retain }) => seen.push(`${payload.toString()} ${retain}`));
  expect(seen).toEqual(['kept true']);
  await house.broker.publish({ topic: 'a/b', payload: Buffer.from('live'), qos: 0, retain: true });
  expect(seen).toEqual(['kept true', 'live false']);
  end();
  await house.broker.publish({ topic: 'a/b', payload: Buffer.from('later'), qos: 0, retain: true });
  expect(seen).toHaveLength(2);
});

test('a handler may skip the retained ones, and may ask for the flag as published', async () => {
  await house.broker.publish({ topic: 'a', payload: Buffer.from('kept'), qos: 0, retain: true });
  const seen: boolean[] = [];
  house.broker.subscribe('a', ({ retain }) => seen.push(retain), { live: true, retain_as_published: true });
  await house.broker.publish({ topic: 'a', payload: Buffer.from('live'), qos: 0, retain: true });
  expect(seen).toEqual([true]);
});

test('a publish out of a handler comes after what it answers, for everybody, and a loop of them is refused', async () => {
  const subscriber = house.client();
  await subscriber.connect();
  house.broker.subscribe(
    'set',
    () => void house.broker.publish({ topic: 'state', payload: Buffer.from('2'), qos: 0, retain: false }),
  );
  await subscriber.subscribe('#');
  await house.broker.publish({ topic: 'set', payload: Buffer.from('1'), qos: 0, retain: false });
  await subscriber.settled();
  expect(subscriber.payloads()).toEqual(['1', '2']);
  const refused: unknown[] = [];
  house.broker.subscribe('loop', (message) => {
    house.broker.publish(message).catch((error: unknown) => refused.push(error));
  });
  await house.broker.publish({ topic: 'loop', payload: Buffer.from('x'), qos: 0, retain: false });
  await until('the refusal', () => refused.length === 1);
  expect(refused[0]).toMatchObject({ code: 'BROKER_PUBLISH_LOOP' });
});

test('a handler that throws harms nobody else and is told of', async () => {
  const seen: string[] = [];
  house.broker.subscribe('a', () => {
    throw new Error('its own fault');
  });
  house.broker.subscribe('a', ({ topic }) => seen.push(topic));
  await house.broker.publish({ topic: 'a', payload: Buffer.alloc(0), qos: 0, retain: false });
  expect(seen).toEqual(['a']);
  expect(house.log.filter(({ msg }) => msg === 'a handler of the process failed')).toHaveLength(1);
});

test('an empty payload deletes the retained message [MQTT-3.3.1-6]', async () => {
  await house.broker.publish({ topic: 'a', payload: Buffer.from('x'), qos: 1, retain: true });
  expect(house.broker.stats().retained).toBe(1);
  await house.broker.publish({ topic: 'a', payload: Buffer.alloc(0), qos: 1, retain: true });
  expect(house.broker.stats().retained).toBe(0);
});
