import { statSync } from 'node:fs';
import { until } from '../rigs/until.ts';

const RESERVE_BYTES = 8 * 2 ** 20;

/** The reserve is written in the first seconds of a new database, once in its life: no message costs that. */
export async function untilReserve(database: string): Promise<void> {
  const size = (): number => statSync(`${database}.reserve`, { throwIfNoEntry: false })?.size ?? 0;
  await until('the reserve', () => size() === RESERVE_BYTES, 60_000);
}
