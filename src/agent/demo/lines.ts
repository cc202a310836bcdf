import type { LineId } from '#hw';
import type { EntityConfig } from '../platforms/platform.ts';
import { PLATFORMS } from '../platforms/platforms.ts';

/** The first line of each entity that has one, by the entity's id. */
export function firstLines(entities: readonly EntityConfig[]): ReadonlyMap<string, LineId> {
  const lines = new Map<string, LineId>();
  for (const entity of entities) {
    const [line] = PLATFORMS.find(({ name }) => name === entity.platform)?.lines(entity) ?? [];
    if (line !== undefined) lines.set(entity.id, line);
  }
  return lines;
}
