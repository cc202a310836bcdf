import { crc32 } from 'node:zlib';
import { decodeProperties } from '../store/columns.ts';
import type { OutboxRow } from './row.ts';

/** Why a message is a dead letter that cannot be sent again. */
export const DAMAGED = 'damaged on disk';

/**
 * CRC-32 of what an upstream is sent, as the column `checksum` has it: signed, so that it takes four bytes. It begins with the
 * message's number and flags: a row that came under another number is found as well.
 */
export function checksumOf(
  sequence: number,
  topic: string,
  payload: Uint8Array,
  properties: string | null,
  qos: number,
  retain: number,
): number {
  const begin = crc32(topic, (sequence % 2 ** 29) * 8 + qos * 2 + retain);
  // The CRC's sums are unsigned.
  return crc32(payload, properties === null ? begin : crc32(properties, begin)) | 0;
}

/** Whether the row is what was put there. SQLite keeps any type in any column, so noise that it can read may be of any. */
export function isSound(row: OutboxRow): boolean {
  const values: readonly unknown[] = row;
  const [, topic, payload, properties, qos, retain, written_at, expires_run_ms, bytes, checksum] = values;
  const areNumbers = [qos, retain, written_at, bytes].every((value) => typeof value === 'number');
  if (!areNumbers || (expires_run_ms !== null && typeof expires_run_ms !== 'number')) return false;
  if (typeof topic !== 'string' || !(payload instanceof Uint8Array)) return false;
  if (properties !== null && typeof properties !== 'string') return false;
  return checksum === null ? hasProperties(properties) : checksum === checksumOf(...sentOf(row));
}

const sentOf = ([sequence, topic, payload, properties, qos, retain]: OutboxRow): Parameters<typeof checksumOf> => [
  sequence,
  topic,
  payload,
  properties,
  qos,
  retain,
];

/** Of a row from before there were checksums. */
function hasProperties(text: string | null): boolean {
  try {
    decodeProperties(text);
    return true;
  } catch {
    return false;
  }
}
