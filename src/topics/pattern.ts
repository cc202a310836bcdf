import { filterFault, matches, topicNameFault } from './filter.ts';

/** Stands for all levels that are left, none included, as `#` does. */
const REST = '{rest}';
const NAME = /^\{[a-z_]{1,32}\}$/;

const isName = (level: string): boolean => NAME.test(level);

/** A pattern as a filter: `{name}` is one level, `{rest}` at the end is all that is left. */
export const patternFilter = (pattern: string): string =>
  pattern
    .split('/')
    .map((level) => (level === REST ? '#' : isName(level) ? '+' : level))
    .join('/');

/**
 * Why topics of one pattern cannot be renamed to the other, or undefined when they can: each name is in both, once, so that
 * no two topics become one and the way back is the same with the two exchanged.
 */
export function renameFault(from: string, to: string): string | undefined {
  for (const pattern of [from, to]) {
    if (/[+#]/.test(pattern))
      return `"${pattern}": where topics are renamed, "{name}" stands for "+" and "{rest}" for "#"`;
    const odd = pattern.split('/').find((level) => /[{}]/.test(level) && !isName(level));
    if (odd !== undefined) return `"${odd}": a name is a whole level, such as {node} or {rest}`;
    const fault = filterFault(patternFilter(pattern));
    if (fault !== undefined) return `"${pattern}": ${fault.replace('"#"', REST)}`;
    const twice = namesOf(pattern).find((name, place, names) => names.indexOf(name) < place);
    if (twice !== undefined) return `"${pattern}" has ${twice} twice`;
  }
  return lacks(from, to) ?? lacks(to, from);
}

/** A topic of one pattern as the other one has it. Undefined: it is not of the pattern, or the other has no valid topic for it. */
export function rename(from: string, to: string, topic: string): string | undefined {
  if (!matches(patternFilter(from), topic)) return undefined;
  const levels = topic.split('/');
  const found = new Map<string, readonly string[]>();
  for (const [place, level] of from.split('/').entries()) {
    if (level === REST) found.set(level, levels.slice(place));
    else if (isName(level)) found.set(level, levels.slice(place, place + 1));
  }
  const renamed = to
    .split('/')
    .flatMap((level) => found.get(level) ?? [level])
    .join('/');
  // A level that begins with "$" may have come to the front, where wildcards do not reach [MQTT-4.7.2-1].
  return topicNameFault(renamed) === undefined && matches(patternFilter(to), renamed) ? renamed : undefined;
}

const namesOf = (pattern: string): string[] => pattern.split('/').filter(isName);

function lacks(one: string, other: string): string | undefined {
  const names = namesOf(other);
  const missing = namesOf(one).find((name) => !names.includes(name));
  return missing === undefined ? undefined : `"${one}" has ${missing} and "${other}" has not`;
}
