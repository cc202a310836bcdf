import type { Message } from '#topics';
import { asQos, decodeProperties } from '../store/columns.ts';
import { isSound } from './checksum.ts';
import type { OutboxEntry } from './outbox.ts';
import type { OutboxRow } from './row.ts';

/**
 * Rows on their way from the thread that has the database, in one piece of memory: as objects each would be copied field by
 * field, with an ArrayBuffer for its payload. One after the other, each a head and then topic, properties and payload:
 *
 *     0 sequence  8 written_at  16 expires_run_ms, NaN: never (float64)  24 bytes  28 payload's bytes  32 properties' bytes, 0: none
 *     36 topic's bytes (uint16)  38 QoS  39 retain; DAMAGED: the message is not what was kept, and is not here
 */
const HEAD = 40;
const DAMAGED = 2;

/** In memory of its own, as what it is a part of would travel as a whole. */
export function packPage(found: readonly OutboxRow[]): Uint8Array {
  const rows = found.map((row) => (isSound(row) ? row : damaged(row)));
  const size = rows.reduce((sum, row) => sum + sizeOf(row), 0);
  const page = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (const row of rows) at = putRow(page, at, row);
  return page;
}

/** Rows as the bridges get them. */
export interface Page {
  /** With the message expiry that remains; their payloads are parts of the page. */
  readonly entries: readonly OutboxEntry[];
  /** Numbers of messages that are not what was kept. */
  readonly damaged: readonly number[];
}

export function unpackPage(packed: Uint8Array, now_run_ms: number): Page {
  const page = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const entries: OutboxEntry[] = [];
  const damaged: number[] = [];
  for (let at = 0; at < page.length; ) {
    if (page[at + 39] === DAMAGED) {
      damaged.push(page.readDoubleLE(at));
      at += HEAD;
      continue;
    }
    const topicAt = at + HEAD;
    const propertiesAt = topicAt + page.readUInt16LE(at + 36);
    const payloadAt = propertiesAt + page.readUInt32LE(at + 32);
    const end = payloadAt + page.readUInt32LE(at + 28);
    const properties = propertiesOf(page, propertiesAt, payloadAt, page.readDoubleLE(at + 16) - now_run_ms);
    entries.push({
      sequence: page.readDoubleLE(at),
      written_at: page.readDoubleLE(at + 8),
      bytes: page.readUInt32LE(at + 24),
      message: {
        topic: page.toString('utf8', topicAt, propertiesAt),
        payload: page.subarray(payloadAt, end),
        qos: asQos(page[at + 38] ?? 0),
        retain: page[at + 39] === 1,
        ...(properties !== undefined && { properties }),
      },
    });
    at = end;
  }
  return { entries, damaged };
}

/** As it is packed. */
const damaged = ([sequence]: OutboxRow): OutboxRow => [sequence, '', NOTHING, null, 0, DAMAGED, 0, null, 0, null];
const NOTHING = new Uint8Array();

/** Gives where the next one goes. */
function putRow(page: Buffer, at: number, row: OutboxRow): number {
  const [sequence, topic, payload, properties, qos, retain, written_at, expires_run_ms, bytes] = row;
  const topicBytes = page.write(topic, at + HEAD);
  const propertiesAt = at + HEAD + topicBytes;
  const propertiesBytes = properties === null ? 0 : page.write(properties, propertiesAt);
  const payloadAt = propertiesAt + propertiesBytes;
  page.set(payload, payloadAt);
  page.writeDoubleLE(sequence, at);
  page.writeDoubleLE(written_at, at + 8);
  page.writeDoubleLE(expires_run_ms ?? Number.NaN, at + 16);
  page.writeUInt32LE(bytes, at + 24);
  page.writeUInt32LE(payload.byteLength, at + 28);
  page.writeUInt32LE(propertiesBytes, at + 32);
  page.writeUInt16LE(topicBytes, at + 36);
  page[at + 38] = qos;
  page[at + 39] = retain;
  return payloadAt + payload.byteLength;
}

function sizeOf([, topic, payload, properties]: OutboxRow): number {
  const texts = Buffer.byteLength(topic) + (properties === null ? 0 : Buffer.byteLength(properties));
  return HEAD + texts + payload.byteLength;
}

/** `left_ms`: of the message expiry; NaN: it has none. */
function propertiesOf(page: Buffer, from: number, to: number, left_ms: number): Message['properties'] {
  const kept = from === to ? undefined : decodeProperties(page.toString('utf8', from, to));
  return Number.isNaN(left_ms) ? kept : { ...kept, messageExpiryInterval: Math.max(1, Math.ceil(left_ms / 1000)) };
}
