import { asBuffer, asQos, decodeProperties } from '../store/columns.ts';
import type { OutboxEntry } from './outbox.ts';
import type { OutboxRow } from './row.ts';

/** A row as the bridges get it, with the message expiry that remains. */
export function toEntry(row: OutboxRow, now_run_ms: number): OutboxEntry {
  const kept = decodeProperties(row.properties);
  const properties =
    row.expires_run_ms === null
      ? kept
      : { ...kept, messageExpiryInterval: Math.max(1, Math.ceil((row.expires_run_ms - now_run_ms) / 1000)) };
  return {
    sequence: row.sequence,
    written_at: row.written_at,
    bytes: row.bytes,
    message: {
      topic: row.topic,
      payload: asBuffer(row.payload),
      qos: asQos(row.qos),
      retain: row.retain === 1,
      ...(properties === undefined ? {} : { properties }),
    },
  };
}
