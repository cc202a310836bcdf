import type { LineId } from '#hw';
import type { EntityConfig } from '../platforms/platform.ts';
import { linesOf } from '../platforms/platforms.ts';

/** The lines of each entity that has some, by the entity's id. */
export function linesByEntity(entities: readonly EntityConfig[]): ReadonlyMap<string, readonly LineId[]> {
  const lines = new Map<string, readonly LineId[]>();
  for (const entity of entities) {
    const own = linesOf(entity);
    if (own.length > 0) lines.set(entity.id, own);
  }
  return lines;
}
