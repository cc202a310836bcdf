import type { UserProperty } from '#topics';
import type { OutboxEntry } from '../outbox/outbox.ts';

/**
 * MQTT 5 user properties that say what a forwarded message is: `id` (node and number, to drop duplicates by), `ts` (when
 * it was published, ISO 8601 in UTC) and `historic` (it was published before this link was up: not the present value).
 */
export function marks(node: string, entry: OutboxEntry, historic: boolean): readonly UserProperty[] {
  const own: UserProperty[] = [
    ['id', `${node}:${entry.sequence}`],
    ['ts', new Date(entry.written_at).toISOString()],
  ];
  if (historic) own.push(['historic', 'true']);
  return own;
}
