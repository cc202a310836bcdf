import { RESERVED_ENTITY_IDS } from '#topics';
import type { EntityConfig } from '../../platforms/platform.ts';
import { linesOf } from '../../platforms/platforms.ts';
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

/** Lines that two entities take, or one for two things. */
export function checkLines({ entities }: Draft): Finding[] {
  const findings: Finding[] = [];
  const holders = new Map<string, { index: number; id: string; key: string }>();
  for (const [index, entity] of entities.entries()) {
    for (const { line, key } of entity === undefined ? [] : placedLines(entity)) {
      const id = entity?.id ?? '';
      const holder = holders.get(lineKey(line));
      if (holder === undefined) {
        holders.set(lineKey(line), { index, id, key });
        continue;
      }
      const itself = holder.index === index;
      findings.push({
        code: 'CONFIG_LINE_TAKEN',
        path: ['entities', index, key],
        on: 'value',
        message: itself
          ? `line ${line} is taken: ${id} has it already, as \`${holder.key}\``
          : `line ${line} is taken: ${holder.id} has it, and ${id} wants it`,
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

interface PlacedLine {
  readonly line: number | string;
  /** Of the config, which not every platform calls the same. */
  readonly key: string;
}

function placedLines(entity: EntityConfig): readonly PlacedLine[] {
  const keys = Object.entries(entity).filter(([key]) => key === 'line' || key.endsWith('_line'));
  return linesOf(entity).map((line) => {
    // A key once: the same line at the next one is another place.
    const at = keys.findIndex(([, value]) => value === line);
    const [found] = at < 0 ? [] : keys.splice(at, 1);
    return { line, key: found?.[0] ?? 'line' };
  });
}
