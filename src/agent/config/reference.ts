import type { JsonSchema } from './json-schema.ts';

/** The tables of docs/CONFIG.md: every key with its type, default, range and meaning, from the JSON Schema. */
export function configReference(schema: JsonSchema): string {
  const sections = Object.entries(properties(schema)).map(([key, section]) =>
    renderSection(key, section, requiredIn(schema, key)),
  );
  return `${sections.join('\n\n')}\n`;
}

const BEGIN = '<!-- reference: made by `npm run schema` -->';
const END = '<!-- /reference -->';

/** The page with its tables replaced. Throws when the page has no place for them. */
export function withReference(page: string, reference: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`the page has no ${BEGIN} ... ${END}`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${reference}\n${page.slice(end)}`;
}

function renderSection(key: string, schema: JsonSchema, required: boolean): string {
  const intro = [schema.description ?? '', required ? 'Required.' : '']
    .filter((text) => text !== '')
    .join('. ')
    .replace('..', '.');
  const kinds = kindsOf(itemOf(schema) ?? {});
  if (kinds.length > 0) return [`### ${key}`, intro, ...kinds.map(renderKind)].join('\n\n');
  return [`### ${key}`, intro, table(rowsOf(schema, isList(schema) ? '[].' : ''))].join('\n\n');
}

/** One of the kinds of item that a list takes, such as an entity of one platform. */
function renderKind(kind: JsonSchema): string {
  const { platform, source } = properties(kind);
  const heading = `#### platform: ${String(platform?.const)}`;
  return [
    source?.const === undefined ? heading : `${heading}, source: ${String(source.const)}`,
    table(rowsOf(kind, '').filter((row) => !row.startsWith('| `platform`'))),
  ].join('\n\n');
}

/** The kinds of one kind are kinds as well. */
const kindsOf = ({ oneOf = [] }: JsonSchema): JsonSchema[] =>
  oneOf.map(asSchema).flatMap((kind) => (kind.oneOf === undefined ? [kind] : kindsOf(kind)));

const table = (rows: readonly string[]): string =>
  ['| key | type | default | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');

/** A row for each key, those of nested mappings behind the one they are in. */
function rowsOf(schema: JsonSchema, prefix: string): string[] {
  const owner = itemOf(schema) ?? schema;
  return Object.entries(properties(owner)).flatMap(([key, value]) => {
    const path = `${prefix}${key}`;
    const nested = isList(value) ? rowsOf(value, `${path}[].`) : rowsOf(value, `${path}.`);
    return [row(path, value, requiredIn(owner, key)), ...nested];
  });
}

function row(path: string, schema: JsonSchema, required: boolean): string {
  const fallback = required
    ? '**required**'
    : schema.default === undefined || isComposite(schema)
      ? ''
      : code(schema.default);
  const examples = schema.examples ?? [];
  const example = examples.length === 0 ? '' : `, such as ${examples.map(code).join(', ')}`;
  return `| \`${path}\` | ${typeOf(schema)} | ${fallback} | ${escape(`${schema.description ?? ''}${example}`)} |`;
}

function typeOf(schema: JsonSchema): string {
  if (schema.title !== undefined) return schema.title;
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(code).join(' ');
  if (schema.anyOf !== undefined) return schema.anyOf.map((each) => typeOf(asSchema(each))).join(' or ');
  if (isList(schema)) return isComposite(schema) ? 'list of mappings' : 'list';
  switch (schema.type) {
    case 'integer':
    case 'number':
      return rangeOf(schema);
    case 'boolean':
      return '`true` `false`';
    case 'null':
      return '`null`';
    case 'object':
      return 'mapping';
    default:
      return 'text';
  }
}

function rangeOf({ type, minimum, maximum }: JsonSchema): string {
  const name = type === 'integer' ? 'whole number' : 'number';
  const bounded = minimum !== undefined && maximum !== undefined && Math.abs(maximum) < Number.MAX_SAFE_INTEGER;
  return bounded ? `${name}, ${minimum} to ${maximum}` : name;
}

const code = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
const escape = (text: string): string => text.replace(/\|/g, '\\|');
const isList = ({ type }: JsonSchema): boolean => type === 'array';
const isComposite = (schema: JsonSchema): boolean => Object.keys(properties(itemOf(schema) ?? schema)).length > 0;
const requiredIn = (schema: JsonSchema, key: string): boolean => schema.required?.includes(key) === true;

function itemOf(schema: JsonSchema): JsonSchema | undefined {
  const { items } = schema;
  return typeof items === 'object' && !Array.isArray(items) ? items : undefined;
}

function properties(schema: JsonSchema): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([key, value]) => [key, asSchema(value)]));
}

/** `true` and `false` are schemas as well, which ours never are. */
const asSchema = (schema: JsonSchema | boolean): JsonSchema => (typeof schema === 'boolean' ? {} : schema);
