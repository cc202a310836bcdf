import { printable } from '../printable.ts';
import type { RecordsAnswer } from './answer.ts';

/** A line for each record: when, what, who. */
export function table({ entity, unit, records, more }: RecordsAnswer): string {
  if (records.length === 0) return `nothing was recorded of ${entity} in that time\n`;
  const lines = records.map(({ at, value, by }) => {
    const said = value === null ? 'unavailable' : `${printable(String(value))}${unit === undefined ? '' : ` ${unit}`}`;
    return `${localTime(new Date(at))}  ${by === undefined ? said : `${said.padEnd(12)}  ${cause(by)}`}\n`;
  });
  return `${more ? 'older ones are left out; --limit shows more of them\n' : ''}${lines.join('')}`;
}

/** `client flow-1 (user node-red)`, `max_on`. */
function cause({ kind, id, user }: Readonly<Record<string, string>>): string {
  const words = [kind, id, user === undefined ? undefined : `(user ${user})`];
  return words.flatMap((word) => (word === undefined ? [] : [printable(word)])).join(' ');
}

/** By this machine's time zone. */
function localTime(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return `${day} ${time}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}
