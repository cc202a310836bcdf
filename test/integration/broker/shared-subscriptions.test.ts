import { afterEach, describe, expect, test } from 'vitest';
import { type EmbeddedBroker, optionsOf, startBroker } from '../../rigs/embedded-broker.ts';
import type { RawClient } from '../../rigs/raw-client.ts';
import { until } from '../../rigs/until.ts';

let house: EmbeddedBroker;
afterEach(() => house.stop());

const plain = { nl: false, rap: false, rh: 0 } as const;
const share = { topic: '$share/g/a', ...plain } as const;
const publish = (payload: string, qos: 0 | 1 | 2 = 1): Promise<void> =>
  house.broker.publish({ topic: 'a', payload: Buffer.from(payload), qos, retain: false });

const join = async (acknowledges: boolean, receiveMaximum = 100): Promise<RawClient> => {
  const member = house.client({ version: 5, acknowledges });
  await member.connect({ properties: { receiveMaximum } });
  await member.subscribe({ ...share, qos: 2 });
  return member;
};

test('each message goes to one member, in turn, and to who is left', async () => {
  house = await startBroker();
  const [one, two] = [await join(true), await join(true)];
  for (let i = 0; i < 10; i++) await publish(String(i), 0);
  await Promise.all([one.settled(), two.settled()]);
  expect([one.payloads().length, two.payloads().length]).toEqual([5, 5]);
  two.destroy();
  await until('it is gone', () => house.broker.clients().length === 1);
  for (let i = 10; i < 14; i++) await publish(String(i), 0);
  await one.settled();
  expect(one.payloads()).toHaveLength(9);
});

test('with least_in_flight who acknowledges nothing gets nothing more; a reload changes it for groups that there are', async () => {
  house = await startBroker({ options: { shared_subscriptions: 'least_in_flight' } });
  const [lazy, busy] = [await join(false), await join(true)];
  // First it has the message, and then its acknowledgement is here: a ping may overtake it once.
  const acknowledged = async (): Promise<void> => {
    await busy.settled();
    await busy.settled();
  };
  for (let i = 0; i < 10; i++) {
    await publish(String(i));
    await acknowledged();
  }
  await lazy.settled();
  expect([lazy.payloads().length, busy.payloads().length]).toEqual([1, 9]);
  const { listeners } = optionsOf();
  await house.broker.reload(optionsOf({ listeners, shared_subscriptions: 'round_robin' }));
  for (let i = 0; i < 10; i++) {
    await publish(String(i));
    await acknowledged();
  }
  await lazy.settled();
  expect([lazy.payloads().length, busy.payloads().length]).toEqual([6, 14]);
});

describe.each(['round_robin', 'least_in_flight'] as const)('with %s', (shared_subscriptions) => {
  test.each([1, 2] as const)(
    'what a member leaves behind at QoS %i goes to the others, but for what was begun at QoS 2 [MQTT-4.8.2-4, -5]',
    async (qos) => {
      house = await startBroker({ options: { shared_subscriptions } });
      const leaves = await join(false, 2);
      for (let i = 0; i < 6; i++) await publish(String(i), qos);
      await until('two of them', () => leaves.payloads().length === 2);
      const [one, two] = [await join(true), await join(true)];
      leaves.destroy();
      const left = ['0', '1', '2', '3', '4', '5'].slice(qos === 1 ? 0 : 2);
      const got = (): string[] => [...one.payloads(), ...two.payloads()];
      await until('what is left', () => got().length === left.length);
      await Promise.all([one.settled(), two.settled()]);
      expect(got().toSorted()).toEqual(left);
      expect(one.payloads().length).toBe(two.payloads().length);
      expect(one.payloads()).toEqual(one.payloads().toSorted());
    },
  );

  test('who is away and has a session gets its own again when it is back, and nobody else does', async () => {
    house = await startBroker({ options: { shared_subscriptions } });
    const login = { clientId: 'away', clean: false, properties: { sessionExpiryInterval: 60, receiveMaximum: 1 } };
    const away = house.client({ version: 5, acknowledges: false });
    await away.connect(login);
    await away.subscribe({ ...share, qos: 2 });
    for (let i = 0; i < 3; i++) await publish(String(i), 2);
    await until('one of them', () => away.payloads().length === 1);
    const other = await join(true);
    away.destroy();
    await until('it is away', () => house.broker.clients().length === 1);
    await publish('later', 2);
    await other.packet('publish');
    const back = house.client({ version: 5 });
    await back.connect(login);
    await until('its own', () => back.payloads().length === 3);
    expect(back.payloads()).toEqual(['0', '1', '2']);
    expect(other.payloads()).toEqual(['later']);
  });
});
