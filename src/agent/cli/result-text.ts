import { stringify } from 'yaml';

/** An answer of the node: YAML for a person, one JSON document for a program. */
export function resultText(result: unknown, json: boolean): string {
  if (json) return `${JSON.stringify(result ?? null)}\n`;
  return result === undefined ? '' : stringify(result, { lineWidth: 0 });
}
