import { type Decoded, decoded, refused } from './decoded.ts';
import { decodeText, printable, quote } from './text.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export const encodeJson = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

export function decodeJsonObject(payload: Buffer, max_bytes?: number): Decoded<JsonObject> {
  const text = decodeText(payload, max_bytes);
  return text.ok ? parseJsonObject(text.value) : text;
}

export function parseJsonObject(text: string): Decoded<JsonObject> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    // What follows is the text once more.
    const [reason = why] = printable(why).split(', "', 1);
    return refused('TOPICS_PAYLOAD_NOT_JSON', `${quote(text)} is not JSON: ${reason.slice(0, 120)}`);
  }
  return isJsonObject(value)
    ? decoded(value)
    : refused('TOPICS_PAYLOAD_NOT_JSON', `${quote(text)} is not a JSON object ({...})`);
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
