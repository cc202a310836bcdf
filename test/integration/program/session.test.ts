import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectPaho, connectPahoSession } from '../../rigs/paho.ts';
import { Pinbus } from '../../rigs/pinbus.ts';
import { until } from '../../rigs/until.ts';

let pinbus: Pinbus;
beforeEach(async () => {
  pinbus = await Pinbus.start();
});
afterEach(() => pinbus.dispose());

test.each([
  ['3.1.1', 'stop'],
  ['5', 'kill'],
] as const)(
  'paho %s away gets what came meanwhile, in order, over a restart of the node (%s)',
  async (version, how) => {
    const subscriber = await connectPahoSession(pinbus.port, version, 'paho-keeps');
    await subscriber.subscribe('home/#', 2);
    await subscriber.close();
    const publisher = await connectPaho(pinbus.port, version);
    for (const number of [0, 1, 2]) await publisher.publish(`home/${number}`, String(number), { qos: 1 });
    await pinbus[how]();
    await publisher.close();
    await pinbus.start();
    const other = await connectPaho(pinbus.port, version);
    for (const number of [3, 4]) await other.publish(`home/${number}`, String(number), { qos: 2 });
    const back = await connectPahoSession(pinbus.port, version, 'paho-keeps');
    await until('all', () => back.received.length >= 5);
    expect(back.received.map(({ payload }) => payload)).toEqual(['0', '1', '2', '3', '4']);
    await back.close();
    await other.close();
  },
  40_000,
);
