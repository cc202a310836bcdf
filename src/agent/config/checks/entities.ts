import { RESERVED_ENTITY_IDS } from '#topics';
import type { EntityConfig } from '../../platforms/platform.ts';
import { PLATFORMS } from '../../platforms/platforms.ts';
import type { Draft } from '../draft.ts';
import type { Finding } from '../finding.ts';

/** Ids that name a topic of the node itself. */
export function checkReservedIds({ ids }: Draft): Finding[] {
  return ids.flatMap((id, index): Finding[] => {
    if (!RESERVED_ENTITY_IDS.some((reserved) => reserved === id)) return [];
    return [
      {
        code: 'CONFIG_RESERVED_ID',
        path: ['entities', index, 'id'],
        on: 'value',
        message: `entities[${index}].id: "${String(id)}" names a topic of the node itself`,
        allowed: `any other id than ${RESERVED_ENTITY_IDS.join(', ')}`,
      },
    ];
  });
}

/** Lines that two entities take. */
export function checkLines({ entities }: Draft): Finding[] {
  const findings: Finding[] = [];
  const holders = new Map<string, { index: number; id: string; key: string }>();
  for (const [index, entity] of entities.entries()) {
    if (entity === undefined) continue;
    for (const line of linesOf(entity)) {
      const holder = holders.get(lineKey(line));
      if (holder === undefined) {
        holders.set(lineKey(line), { index, id: entity.id, key: lineField(entity, line) });
        continue;
      }
      findings.push({
        code: 'CONFIG_LINE_TAKEN',
        path: ['entities', index, lineField(entity, line)],
        on: 'value',
        message: `line ${line} is taken: ${holder.id} has it, and ${entity.id} wants it`,
        related: [{ path: ['entities', holder.index, holder.key], message: `${holder.id} has it` }],
      });
    }
  }
  return findings;
}

/** The header's lines are named GPIO0 to GPIO27 by the kernel, which is their number as well. */
function lineKey(line: number | string): string {
  const [, number] = /^GPIO(\d+)$/.exec(String(line)) ?? [];
  return number === undefined ? String(line) : String(Number(number));
}

/** The key that has the line, which not every platform calls the same. */
const lineField = (entity: EntityConfig, line: number | string): string =>
  Object.entries(entity).find(([key, value]) => key !== 'id' && value === line)?.[0] ?? 'line';

function linesOf(entity: EntityConfig): readonly (number | string)[] {
  return PLATFORMS.find(({ name }) => name === entity.platform)?.lines(entity) ?? [];
}
