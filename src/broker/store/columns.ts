import type { MessageProperties, Qos } from '#topics';
import { z } from 'zod';

/** What the `properties` columns hold. The message expiry is not in it: it is kept as a time. */
const Stored = z.object({
  f: z.literal(true).optional(),
  c: z.string().optional(),
  r: z.string().optional(),
  d: z.string().optional(),
  u: z.array(z.tuple([z.string(), z.string()])).optional(),
});

/** JSON with the correlation data in base64; null when there is nothing to keep. */
export function encodeProperties(properties: MessageProperties | undefined): string | null {
  if (properties === undefined) return null;
  const stored: z.infer<typeof Stored> = {};
  if (properties.payloadFormatIndicator === true) stored.f = true;
  if (properties.contentType !== undefined) stored.c = properties.contentType;
  if (properties.responseTopic !== undefined) stored.r = properties.responseTopic;
  if (properties.correlationData !== undefined) stored.d = properties.correlationData.toString('base64');
  if (properties.userProperties !== undefined && properties.userProperties.length > 0) {
    stored.u = properties.userProperties.map(([name, value]) => [name, value]);
  }
  return Object.keys(stored).length === 0 ? null : JSON.stringify(stored);
}

export function decodeProperties(text: string | null): MessageProperties | undefined {
  if (text === null) return undefined;
  const stored = Stored.parse(JSON.parse(text));
  return {
    ...(stored.f === undefined ? {} : { payloadFormatIndicator: stored.f }),
    ...(stored.c === undefined ? {} : { contentType: stored.c }),
    ...(stored.r === undefined ? {} : { responseTopic: stored.r }),
    ...(stored.d === undefined ? {} : { correlationData: Buffer.from(stored.d, 'base64') }),
    ...(stored.u === undefined ? {} : { userProperties: stored.u }),
  };
}

export const asQos = (value: number): Qos => (value === 2 ? 2 : value === 1 ? 1 : 0);

/** The same bytes, not a copy: a blob from the worker has its own memory. */
export const asBuffer = (blob: Uint8Array): Buffer => Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);

/** A copy with its own memory: a payload may be a small part of a socket's buffer, all of which would travel or stay. */
export const ownBytes = (payload: Buffer): Buffer => Buffer.from(Uint8Array.prototype.slice.call(payload).buffer);
