import { isJsonObject, type JsonObject } from '#topics';
import { facts } from './facts.ts';

type Words = Readonly<Record<string, string>>;

/** A payload with all keys in full: its own, those of its device and origin, of its availability and of its components. */
export function expandPayload(payload: JsonObject): JsonObject {
  const expanded: Record<string, unknown> = expandKeys(payload, facts.abbreviations);
  if (isJsonObject(expanded.device)) expanded.device = expandKeys(expanded.device, facts.device_abbreviations);
  if (isJsonObject(expanded.origin)) expanded.origin = expandKeys(expanded.origin, facts.origin_abbreviations);
  if (Array.isArray(expanded.availability)) {
    expanded.availability = expanded.availability.map((item: unknown) =>
      isJsonObject(item) ? expandKeys(item, facts.abbreviations) : item,
    );
  }
  if (isJsonObject(expanded.components)) {
    const components = Object.entries(expanded.components);
    expanded.components = Object.fromEntries(
      components.map(([key, each]) => [key, isJsonObject(each) ? expandPayload(each) : each]),
    );
  }
  return expanded;
}

const expandKeys = (object: JsonObject, words: Words): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(object).map(([key, value]) => [Object.hasOwn(words, key) ? (words[key] ?? key) : key, value]),
  );
