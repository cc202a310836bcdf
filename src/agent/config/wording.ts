import type { Path } from './finding.ts';
import { printable } from './source.ts';

const LONGEST_SHOWN = 60;

/** A value as a message names it. */
export function describeValue(value: unknown, hidden: boolean): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (hidden) return 'a value that is not shown';
  switch (typeof value) {
    case 'string':
      return `"${shorten(printable(value).replace(/[\n\t]/g, ' '))}"`;
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    default:
      return value === null ? 'nothing' : 'a mapping';
  }
}

const shorten = (text: string): string => (text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text);

/** The name of a schema's type, for the person who wrote the value. */
export function typeName(expected: string): string {
  switch (expected) {
    case 'string':
      return 'text';
    case 'int':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list: `- ` before each item, or [ , ]';
    case 'object':
      return 'a mapping: `key: value` lines, or { key: value }';
    default:
      return expected;
  }
}

/** `1 entity`, `2 entities`, `0 bridges`. */
export function plural(count: number, noun: string): string {
  if (count === 1) return `1 ${noun}`;
  return `${count} ${noun.endsWith('ty') ? `${noun.slice(0, -1)}ies` : `${noun}s`}`;
}

/** A path as a person reads it: `entities[2].line`. */
export function subject(path: Path): string {
  if (path.length === 0) return 'the config';
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    const key = printable(String(step));
    return text === '' ? key : `${text}.${key}`;
  }, '');
}
