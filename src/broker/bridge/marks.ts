import { forwardedId, isHistoric, MARK, type UserProperty, via } from '#topics';
import type { OutboxEntry } from '../outbox/outbox.ts';

/** What a message is marked with when this node forwards it. The first node gives `id` and `ts`. */
export function marks(node: string, entry: OutboxEntry, historic: boolean): readonly UserProperty[] {
  const own: UserProperty[] = [];
  if (forwardedId(entry.message) === undefined) own.push([MARK.id, idOf(node, entry)], [MARK.ts, timeOf(entry)]);
  if (historic && !isHistoric(entry.message)) own.push([MARK.historic, 'true']);
  // What it took in itself has it already.
  if (via(entry.message).at(-1) !== node) own.push([MARK.via, node]);
  return own;
}

export const idOf = (node: string, { sequence }: OutboxEntry): string => `${node}:${sequence}`;
export const timeOf = ({ written_at }: OutboxEntry): string => new Date(written_at).toISOString();
