import type { EntityConfig } from './platform.ts';

/** What each discovery component has from the config as it is; keys that are missing there are missing here. */
export function announce({ name, icon, enabled_by_default }: EntityConfig) {
  return {
    ...(name !== undefined && { name }),
    ...(icon !== undefined && { icon }),
    ...(!enabled_by_default && { enabled_by_default }),
  };
}
