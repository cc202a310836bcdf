import { isUtf8 } from 'node:buffer';
import type { Message } from '#topics';
import type { ReplayTo } from '../options.ts';
import type { OutboxEntry } from '../outbox/outbox.ts';
import { idOf, timeOf } from './marks.ts';

/** What follows the topic of a message that is replayed with `to: topic`. */
const HISTORY_SUFFIX = '/history';

/** A message as it is replayed: never retained, for it is not the present value of its topic. */
export function asHistory(entry: OutboxEntry, node: string, to: ReplayTo, protocol: 4 | 5): Message {
  const message: Message = { ...entry.message, retain: false };
  if (to === 'topic') return { ...message, topic: message.topic + HISTORY_SUFFIX };
  if (to === 'properties' && protocol === 5) return message;
  const properties = { ...message.properties, payloadFormatIndicator: true, contentType: 'application/json' };
  return { ...message, payload: envelope(entry, node), properties };
}

/** `payload` is a text, or base64 with `encoding: base64` where the bytes are none. */
function envelope(entry: OutboxEntry, node: string): Buffer {
  const { payload } = entry.message;
  const body = isUtf8(payload)
    ? { payload: payload.toString('utf8') }
    : { payload: payload.toString('base64'), encoding: 'base64' };
  return Buffer.from(JSON.stringify({ id: idOf(node, entry), ts: timeOf(entry), historic: true, ...body }));
}
