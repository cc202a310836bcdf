import { expect, it } from 'vitest';
import { roundTrip } from '../../../src/agent/lifecycle/round-trip.ts';
import { startBroker } from '../../rigs/embedded-broker.ts';

it('a broker that works gives back what goes in, and nobody else sees it', async () => {
  const rig = await startBroker();
  const seen: string[] = [];
  rig.broker.subscribe('#', ({ topic }) => seen.push(topic));
  const subscriptions = rig.broker.stats().subscriptions;
  expect(await roundTrip(rig.broker)).toBe(true);
  expect(seen).toEqual([]);
  expect(rig.broker.stats().subscriptions).toBe(subscriptions);
  await rig.stop();
});

it('a broker that stopped does not', async () => {
  const rig = await startBroker();
  await rig.stop();
  expect(await roundTrip(rig.broker)).toBe(false);
});
