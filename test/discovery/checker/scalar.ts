import { isJsonObject } from '#topics';
import type { KeyFacts } from './facts.ts';
import { className, repr } from './python.ts';
import { publishTopicFault, subscribeTopicFault } from './topic.ts';

const TRUE_OR_FALSE = new Set(['1', 'true', 'yes', 'on', 'enable', '0', 'false', 'no', 'off', 'disable']);
const PERIOD_KEYS = new Set(['weeks', 'days', 'hours', 'minutes', 'seconds', 'milliseconds', 'microseconds']);
const LINKS = ['http:', 'https:', 'homeassistant:'];

/** What is wrong with a value that is no list and no dictionary of keys. `name` is the key with its platform. */
export function scalarFault(name: string, facts: KeyFacts, value: unknown): string | undefined {
  return typeFault(facts, value) ?? rangeFault(facts, value) ?? enumFault(name, facts, value);
}

function typeFault(facts: KeyFacts, value: unknown): string | undefined {
  switch (facts.type ?? facts.validator) {
    case 'string':
      return facts.enum === undefined ? stringFault(value) : undefined;
    case 'jinja_template':
      return templateFault(value);
    case 'topic (no wildcards)':
      return stringFault(value) ?? publishTopicFault(String(value));
    case 'topic_filter (wildcards ok)':
      return stringFault(value) ?? subscribeTopicFault(String(value));
    case 'boolean':
      if (typeof value === 'boolean' || typeof value === 'number') return undefined;
      return TRUE_OR_FALSE.has(String(value).toLowerCase().trim()) ? undefined : `invalid boolean value ${repr(value)}`;
    case 'int':
    case 'int>=0':
      return typeof value === 'number' || /^\s*[+-]?\d+\s*$/.test(String(value)) ? undefined : 'expected int';
    case 'float':
      return typeof value === 'number' ||
        (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
        ? undefined
        : 'expected float';
    case "icon 'prefix:name'":
      return String(value).includes(':') ? undefined : 'Icons should be specified in the form "prefix:name"';
    case 'url':
      return isLink(value, LINKS.slice(0, 2)) ? undefined : 'invalid url';
    case 'url http/https/homeassistant':
      return isLink(value, LINKS) ? undefined : 'invalid url';
    case 'int seconds>=0 or {days,hours,minutes,seconds}':
      return isPeriod(value)
        ? undefined
        : 'expected a number of seconds or a dictionary of days, hours, minutes, seconds';
    case 'regex':
      return stringFault(value) ?? regexFault(String(value));
    case 'temperature_unit':
      return value === 'C' || value === 'F' ? undefined : "value must be one of ['C', 'F']";
    default:
      return undefined;
  }
}

function stringFault(value: unknown): string | undefined {
  if (value === null) return 'string value is None';
  return typeof value === 'object' ? 'value should be a string' : undefined;
}

/** As much of Jinja as shows a template that was cut: a bracket that is not closed. One that was not opened is text. */
function templateFault(value: unknown): string | undefined {
  if (value === null) return 'template value is None';
  if (typeof value !== 'string') return typeof value === 'object' ? 'template value should be a string' : undefined;
  const rest = value.replace(/\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}/gs, '');
  return /\{[{%#]/.test(rest) ? 'invalid template (TemplateSyntaxError: unexpected end of template)' : undefined;
}

function rangeFault(facts: KeyFacts, value: unknown): string | undefined {
  const min = facts.type === 'int>=0' ? 0 : facts.min;
  return min !== undefined && Number(value) < min ? `value must be at least ${min}` : undefined;
}

function enumFault(name: string, facts: KeyFacts, value: unknown): string | undefined {
  if (facts.const !== undefined) return value === facts.const ? undefined : 'not a valid value';
  if (facts.enum === undefined) return undefined;
  const found = facts.case_insensitive === true && typeof value === 'string' ? value.toLowerCase() : value;
  const wanted = facts.type === 'int' && typeof found === 'string' ? Number(found) : found;
  if (facts.enum.some((allowed) => allowed === wanted)) return undefined;
  // Home Assistant turns these into one of its classes; the others it looks up in a list.
  const isClass = facts.type === 'string' && (facts.case_insensitive === true || name.endsWith('.entity_category'));
  if (!isClass) return `value must be one of ${repr(facts.enum.toSorted(byText))}`;
  const type = name.endsWith('.entity_category') ? 'EntityCategory' : className(name);
  return `expected ${type} or one of ${facts.enum.map(repr).join(', ')}`;
}

/** As Python sorts: numbers by size, texts by their characters. */
const byText = (a: string | number, b: string | number): number => (a < b ? -1 : Number(a > b));

function isLink(value: unknown, protocols: readonly string[]): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocols.includes(protocol) && hostname !== '';
}

function isPeriod(value: unknown): boolean {
  if (isJsonObject(value)) {
    const entries = Object.entries(value);
    return entries.length > 0 && entries.every(([key, each]) => PERIOD_KEYS.has(key) && isPeriod(each));
  }
  return (typeof value === 'number' || (typeof value === 'string' && value !== '')) && Number(value) >= 0;
}

function regexFault(text: string): string | undefined {
  try {
    RegExp(text);
    return undefined;
  } catch {
    return 'Invalid regular expression';
  }
}
