import type { UserProperty } from '#topics';
import type { OutboxEntry } from '../outbox/outbox.ts';

/**
 * MQTT 5 user properties that say what a forwarded message is: `id` (node and number, to drop duplicates by), `ts` (when
 * it was published, ISO 8601 in UTC) and `historic` (replayed after an outage: not the present value of its topic).
 */
export function marks(node: string, entry: OutboxEntry, historic: boolean): readonly UserProperty[] {
  const own: UserProperty[] = [
    ['id', idOf(node, entry)],
    ['ts', timeOf(entry)],
  ];
  if (historic) own.push(['historic', 'true']);
  return own;
}

export const idOf = (node: string, { sequence }: OutboxEntry): string => `${node}:${sequence}`;
export const timeOf = ({ written_at }: OutboxEntry): string => new Date(written_at).toISOString();
