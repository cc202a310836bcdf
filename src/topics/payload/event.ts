import { type Decoded, decoded, refused } from './decoded.ts';
import { decodeJsonObject, encodeJson, type JsonObject } from './json.ts';

/** What happened; the other keys become attributes in Home Assistant. */
export type EventPayload = { readonly event_type: string } & JsonObject;

export const formatEvent = (event: EventPayload): Buffer => encodeJson(event);

export function parseEvent(payload: Buffer): Decoded<EventPayload> {
  const json = decodeJsonObject(payload);
  if (!json.ok) return json;
  const { event_type } = json.value;
  if (typeof event_type === 'string' && event_type !== '') return decoded({ ...json.value, event_type });
  return refused('TOPICS_PAYLOAD_NOT_ALLOWED', 'an event has an "event_type", a text');
}
