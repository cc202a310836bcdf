import type { JsonObject } from '#topics';

/** Home Assistant finds this only when it adds the entity: what only reads has nothing to configure. */
export function entityCategoryFault(platform: string, { entity_category }: JsonObject): string | undefined {
  if (entity_category !== 'config' || (platform !== 'sensor' && platform !== 'binary_sensor')) return undefined;
  return '(at entity add, not schema) Entity cannot be added as the entity category is set to config';
}
