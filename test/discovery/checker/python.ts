/** A value as Python writes it in messages. */
export function repr(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`;
  return JSON.stringify(value);
}

/** `binary_sensor` becomes `BinarySensor`, as Python's classes are called. */
export const className = (words: string): string =>
  words.replace(/(?:^|[_.])([a-z])/g, (_, first: string) => first.toUpperCase());
