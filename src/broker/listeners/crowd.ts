import type { LimitOptions } from '../options.ts';

/** Connections above a bound that are still listened to, so that they can be told why they may not stay. */
const TOLD = 32;

export type Crowd = 'room' | 'refuse' | 'no_word';

/** Whether there is room for one of these connections: in all, and from its address. It is among them. */
export function crowdOf(
  connections: ReadonlySet<{ readonly host: string }>,
  host: string,
  { connections: most, connections_per_address }: LimitOptions,
): Crowd {
  let here = 0;
  for (const other of connections) if (other.host === host) here++;
  const over = Math.max(connections.size - most, here - connections_per_address);
  if (over <= 0) return 'room';
  return over <= TOLD ? 'refuse' : 'no_word';
}
