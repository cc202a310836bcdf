import type { Message } from '#topics';
import { z } from 'zod';
import { NOTHING } from '../access/acl.ts';
import { Publication } from '../core/publication.ts';
import type { Origin } from '../ports.ts';
import { asBuffer, asQos, decodeProperties, encodeProperties, ownBytes } from '../store/columns.ts';
import type { Arguments } from '../store/protocol.ts';
import type { Outgoing, Will } from './state.ts';
import type { QueuedRow, WillRow } from './stored.ts';

const Identifiers = z.array(z.number().int());
/** Who published it is not kept: it decided about no-local when it was queued. */
const FROM_STORE: Origin = { kind: 'broker', id: 'session' };

/** A message for a client as `SessionTable.enqueue` takes it. */
export function toQueued(id: number, outgoing: Outgoing, run_ms: number): Arguments<'sessions', 'enqueue'> {
  const { publication, sequence, packetId, qos, retain, identifiers, share, bytes } = outgoing;
  const { topic, payload, properties, qos: published_qos } = publication.message;
  const left_ms = publication.remaining_ms();
  return [
    sequence,
    id,
    packetId,
    topic,
    ownBytes(payload),
    encodeProperties(properties),
    published_qos,
    qos,
    retain ? 1 : 0,
    identifiers === undefined ? null : JSON.stringify(identifiers),
    share ?? null,
    left_ms === undefined ? null : run_ms + left_ms,
    bytes,
  ];
}

/** `again` is the newest sequence that may have been sent before. */
export function toOutgoing(row: QueuedRow, again: number, run_ms: number): Outgoing {
  const left_ms = row.expires_run_ms === null ? undefined : row.expires_run_ms - run_ms;
  const left_s = left_ms === undefined ? undefined : Math.ceil(left_ms / 1000);
  // As if it had been received a part of a second ago, so that it expires to the millisecond.
  const received_ms = performance.now() - (left_ms === undefined ? 0 : Math.ceil(left_ms / 1000) * 1000 - left_ms);
  const properties = {
    ...decodeProperties(row.properties),
    ...(left_s !== undefined && { messageExpiryInterval: left_s }),
  };
  const message: Message = {
    topic: row.topic,
    payload: asBuffer(row.payload),
    qos: asQos(row.published_qos),
    retain: row.retain === 1,
    ...(Object.keys(properties).length > 0 && { properties }),
  };
  return {
    publication: new Publication(message, FROM_STORE, 0, received_ms),
    qos: row.qos === 2 ? 2 : 1,
    retain: row.retain === 1,
    identifiers: row.identifiers === null ? undefined : Identifiers.parse(JSON.parse(row.identifiers)),
    share: row.share ?? undefined,
    bytes: row.bytes,
    packetId: row.packet_id,
    sequence: row.sequence,
    // Rights may have changed while it waited.
    acl: NOTHING,
    again: row.sequence <= again,
    released: row.released === 1,
    kept: 'yes',
  };
}

/** A will as `SessionTable.putWill` takes it. */
export function toWillRow(id: number, { message, delay_s }: Will): Arguments<'sessions', 'putWill'> {
  return [
    id,
    message.topic,
    ownBytes(message.payload),
    encodeProperties(message.properties),
    message.properties?.messageExpiryInterval ?? null,
    message.qos,
    message.retain ? 1 : 0,
    delay_s,
  ];
}

export function toWill(row: WillRow): Will {
  const properties = {
    ...decodeProperties(row.properties),
    ...(row.expiry_s !== null && { messageExpiryInterval: row.expiry_s }),
  };
  return {
    message: {
      topic: row.topic,
      payload: asBuffer(row.payload),
      qos: asQos(row.qos),
      retain: row.retain === 1,
      ...(Object.keys(properties).length > 0 && { properties }),
    },
    delay_s: row.delay_s,
  };
}
