import type { LineId } from '#hw';
import type { EntityConfig } from '../platforms/platform.ts';
import { PLATFORMS } from '../platforms/platforms.ts';

/** The lines of each entity that has some, by the entity's id. */
export function linesOf(entities: readonly EntityConfig[]): ReadonlyMap<string, readonly LineId[]> {
  const lines = new Map<string, readonly LineId[]>();
  for (const entity of entities) {
    const own = PLATFORMS.find(({ name }) => name === entity.platform)?.lines(entity) ?? [];
    if (own.length > 0) lines.set(entity.id, own);
  }
  return lines;
}
