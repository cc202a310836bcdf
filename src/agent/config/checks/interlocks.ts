import type { EntityConfig } from '../../platforms/platform.ts';
import type { Draft } from '../draft.ts';
import type { Finding } from '../finding.ts';

interface Member {
  readonly index: number;
  readonly entity: EntityConfig;
}

/** Groups of one, and outputs of a group that would be on together after a start or a stop. */
export function checkInterlocks({ entities }: Draft): Finding[] {
  return [...groupsOf(entities)].flatMap(([group, members]) => [
    ...checkCompany(group, members, entities.includes(undefined)),
    ...checkOnTogether(group, members),
  ]);
}

function groupsOf(entities: Draft['entities']): ReadonlyMap<string, readonly Member[]> {
  const groups = new Map<string, Member[]>();
  for (const [index, entity] of entities.entries()) {
    const group = entity?.interlock?.group;
    if (entity !== undefined && group !== undefined)
      groups.set(group, [...(groups.get(group) ?? []), { index, entity }]);
  }
  return groups;
}

/** The other one may be among the entities that are wrong in themselves. */
function checkCompany(group: string, members: readonly Member[], incomplete: boolean): Finding[] {
  const [only, another] = members;
  if (only === undefined || another !== undefined || incomplete) return [];
  return [
    {
      code: 'CONFIG_CONFLICT',
      path: ['entities', only.index, 'interlock', 'group'],
      on: 'value',
      message: `${only.entity.id} is alone in the interlock group "${group}"`,
      allowed: 'a name that another output has too',
    },
  ];
}

function checkOnTogether(group: string, members: readonly Member[]): Finding[] {
  return (['on_start', 'on_stop'] as const).flatMap((key) => {
    const [first, ...others] = members.filter(({ entity }) => entity[key] === 'on');
    if (first === undefined) return [];
    return others.map(
      ({ index, entity }): Finding => ({
        code: 'CONFIG_CONFLICT',
        path: ['entities', index, key],
        on: 'value',
        message: `${entity.id} and ${first.entity.id} of the interlock group "${group}" would be on together`,
        related: [{ path: ['entities', first.index, key], message: `${first.entity.id} is on as well` }],
      }),
    );
  });
}
