import { decodeJsonObject, isJsonObject } from '../payload/json.ts';
import type { DiscoveryDocument } from './document.ts';

/** Bytes. A document of a thousand entities is smaller. */
const MAX_DOCUMENT_BYTES = 1_048_576;

/** What a document announced: platform by component key. */
export type AnnouncedPlatforms = ReadonlyMap<string, string>;

/** Reads the retained document of an earlier run; what cannot be read announced nothing. */
export function announcedPlatforms(payload: Buffer): AnnouncedPlatforms {
  const json = decodeJsonObject(payload, MAX_DOCUMENT_BYTES);
  const components = json.ok ? json.value.components : undefined;
  const platforms = new Map<string, string>();
  if (!isJsonObject(components)) return platforms;
  for (const [key, component] of Object.entries(components)) {
    if (isJsonObject(component) && typeof component.platform === 'string') platforms.set(key, component.platform);
  }
  return platforms;
}

/**
 * The documents to publish, in order, to come from what was announced to what shall be. Home Assistant keeps a component
 * that a document merely leaves out, so what is gone is first said with its platform alone, which removes it; the same for
 * a key that changed its platform. One document where nothing is gone.
 */
export function discoverySteps(before: AnnouncedPlatforms, document: DiscoveryDocument): readonly DiscoveryDocument[] {
  const gone = [...before].filter(([key, platform]) => document.components[key]?.platform !== platform);
  if (gone.length === 0) return [document];
  const removals = gone.map(([key, platform]) => [key, { platform }] as const);
  return [{ ...document, components: { ...document.components, ...Object.fromEntries(removals) } }, document];
}
