import { printable } from '../printable.ts';
import type { RecordsAnswer } from './answer.ts';
import { dateTime } from './local-time.ts';

/** A line for each record: when, what, who. */
export function table({ entity, unit, records, more }: RecordsAnswer): string {
  if (records.length === 0) return `nothing was recorded of ${entity} in that time\n`;
  const lines = records.map(({ at, value, by }) => {
    const said = value === null ? 'unavailable' : `${printable(String(value))}${unit === undefined ? '' : ` ${unit}`}`;
    return `${dateTime(new Date(at))}  ${by === undefined ? said : `${said.padEnd(12)}  ${cause(by)}`}\n`;
  });
  return `${more ? 'older ones are left out; --limit shows more of them\n' : ''}${lines.join('')}`;
}

/** `client flow-1 (user node-red)`, `max_on`. */
function cause({ kind, id, user }: Readonly<Record<string, string>>): string {
  const words = [kind, id, user === undefined ? undefined : `(user ${user})`];
  return words.flatMap((word) => (word === undefined ? [] : [printable(word)])).join(' ');
}
