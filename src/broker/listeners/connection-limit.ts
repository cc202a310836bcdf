import type { LimitOptions } from '../options.ts';

/** Connections above a bound that are still listened to, so that they can be told why they may not stay. */
const TOLD = 32;

/** drop: without a word. */
export type ConnectionVerdict = 'within' | 'refuse' | 'drop';

/** Whether there is room for one of these connections: in all, and from its address. It is among them. */
export function connectionVerdict(
  connections: ReadonlySet<{ readonly host: string }>,
  host: string,
  { connections: most, connections_per_address }: LimitOptions,
): ConnectionVerdict {
  let here = 0;
  for (const other of connections) if (other.host === host) here++;
  const over = Math.max(connections.size - most, here - connections_per_address);
  if (over <= 0) return 'within';
  return over <= TOLD ? 'refuse' : 'drop';
}
