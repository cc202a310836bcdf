import { isDeepStrictEqual } from 'node:util';
import type { EntityConfig } from './platform.ts';

/** What each discovery component has from the config as it is; keys that are missing there are missing here. */
export function announce({ name, icon, enabled_by_default }: EntityConfig) {
  return {
    ...(name !== undefined && { name }),
    ...(icon !== undefined && { icon }),
    ...(!enabled_by_default && { enabled_by_default }),
  };
}

/** Keys that Home Assistant is told of and that change nothing about what an entity does. */
const ANNOUNCED = new Set([
  'name',
  'icon',
  'enabled_by_default',
  'device_class',
  'entity_category',
  'expire_after',
  'device_triggers',
]);

/** True: what differs, if anything, is only announced. No line has to be touched to go from one to the other. */
export function behavesTheSame(one: EntityConfig, other: EntityConfig): boolean {
  return isDeepStrictEqual(behaviour(one), behaviour(other));
}

function behaviour(config: EntityConfig): unknown {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !ANNOUNCED.has(key)));
}
