import type { Finding } from '../finding.ts';

/** Items of a list that have the same name, where it has to tell them apart. */
export function checkNames(
  list: 'entities' | 'bridges' | 'broker.users',
  key: 'id' | 'name',
  names: readonly unknown[],
): Finding[] {
  const firstOf = new Map<string, number>();
  return names.flatMap((name, index): Finding[] => {
    if (typeof name !== 'string') return [];
    const first = firstOf.get(name);
    if (first !== undefined) {
      return [
        {
          code: 'CONFIG_DUPLICATE_ID',
          path: [...list.split('.'), index, key],
          on: 'value',
          message: `${list}: two have the ${key} "${name}"`,
          related: [{ path: [...list.split('.'), first, key], message: 'the first one' }],
        },
      ];
    }
    firstOf.set(name, index);
    return [];
  });
}
