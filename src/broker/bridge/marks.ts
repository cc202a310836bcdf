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

/** The second that was written last: messages of a backlog share one by the hundred, and a Date takes long. */
let second = { number: Number.NaN, text: '' };

export function timeOf({ written_at }: OutboxEntry): string {
  const number = Math.floor(written_at / 1000);
  if (number !== second.number)
    second = { number, text: new Date(number * 1000).toISOString().slice(0, -'000Z'.length) };
  return `${second.text}${String(written_at - number * 1000).padStart(3, '0')}Z`;
}
