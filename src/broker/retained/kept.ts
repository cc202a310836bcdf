import type { Message, Qos } from '#topics';
import { decodeProperties, encodeProperties } from '../store/columns.ts';

/** What a topic takes besides its texts and payload, in bytes. */
const OVERHEAD = 256;

/** What a retained message says, as it is kept in memory. */
export interface Content {
  /** A character for each byte: one object on the heap instead of the four that a Buffer is. */
  readonly payload: string;
  /** As a `properties` column has them. */
  readonly properties: string | null;
}

/** The newest retained message of a topic; a newer one is another object. */
export interface Kept {
  readonly topic: string;
  readonly qos: Qos;
  /** Run clock, milliseconds; null: never. */
  readonly expires_run_ms: number | null;
  /** About, with what it takes to keep it. */
  readonly bytes: number;
  /** Undefined: on the disk alone. */
  content: Content | undefined;
  /** Whether the disk has it. */
  saved: boolean;
}

export function keptOf({ topic, payload, qos, properties }: Message, run_ms: number): Kept {
  const text = encodeProperties(properties);
  const expiry_s = properties?.messageExpiryInterval;
  return {
    topic,
    qos,
    expires_run_ms: expiry_s === undefined ? null : run_ms + expiry_s * 1000,
    bytes: weigh(topic, payload.length + (text?.length ?? 0)),
    content: { payload: payload.toString('latin1'), properties: text },
    saved: false,
  };
}

/** `content` in bytes. */
export const weigh = (topic: string, content: number): number => OVERHEAD + topic.length + content;

/** With the expiry that is left [MQTT-3.3.2-6]; undefined: it is over. */
export function messageOf({ topic, qos, expires_run_ms }: Kept, content: Content, run_ms: number): Message | undefined {
  const left_ms = expires_run_ms === null ? undefined : expires_run_ms - run_ms;
  if (left_ms !== undefined && left_ms <= 0) return undefined;
  const payload = Buffer.from(content.payload, 'latin1');
  const properties = decodeProperties(content.properties);
  const message: Message = { topic, payload, qos, retain: true, ...(properties && { properties }) };
  if (left_ms === undefined) return message;
  return { ...message, properties: { ...properties, messageExpiryInterval: Math.ceil(left_ms / 1000) } };
}
