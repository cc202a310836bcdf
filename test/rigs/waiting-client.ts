import type { DurableHouse } from './durable-house.ts';
import type { RawClient, RawClientOptions } from './raw-client.ts';
import { until } from './until.ts';

/** How long its session stays. */
export const SESSION_S = 600;

/** The client `waits`, MQTT 5. */
export async function come(
  house: DurableHouse,
  options: RawClientOptions = {},
  clean = false,
): Promise<{ client: RawClient; present: boolean }> {
  const client = house.client({ version: 5, ...options });
  const properties = { sessionExpiryInterval: SESSION_S };
  const { sessionPresent } = await client.connect({ clientId: 'waits', clean, properties });
  return { client, present: sessionPresent };
}

/** It loses its connection. */
export async function go(house: DurableHouse, client: RawClient): Promise<void> {
  client.destroy();
  await until('it is away', () => !house.broker.clients().some(({ id }) => id === 'waits'));
}

/** How many messages for clients are on disk. */
export const waiting = async (house: DurableHouse): Promise<number> =>
  (await house.store.ask('sessions', 'load', 1)).backlogs.reduce((sum, { rows }) => sum + rows, 0);
