import { z } from 'zod';
import type { Finding, Path } from './finding.ts';
import type { ProblemCode } from './problem.ts';
import { respell } from './respell.ts';
import { exampleOf, formOf, keysOf, kindsWithKey, purposeOf, rangeOf, schemaAt } from './schema-at.ts';
import { printable } from './source.ts';
import { nearest } from './spelling.ts';
import { synonym } from './synonyms.ts';
import { describeValue, plural, subject, typeName } from './wording.ts';

type Issue = z.core.$ZodIssue;

/** What the explanation of an issue needs to know about the file. */
export interface Context {
  readonly schema: z.core.$ZodType;
  readonly value: unknown;
  /** Whether the value at a path must not be shown. */
  readonly isHidden: (path: Path) => boolean;
}

/** The issues of a schema in words for the person who wrote the file: what was found, what is allowed, what was meant. */
export function explainIssues(issues: readonly Issue[], context: Context): Finding[] {
  const findings = issues.flatMap((issue) => explainIssue(issue, context));
  // A misspelt key is also a missing one: one slip, one message.
  const meant = new Set(
    findings
      .filter(({ code }) => code === 'CONFIG_UNKNOWN_KEY')
      .map(({ path, suggestion }) => subject([...path.slice(0, -1), suggestion ?? ''])),
  );
  return findings.filter(
    ({ code, path, missing }) => code !== 'CONFIG_MISSING_KEY' || !meant.has(subject([...path, missing ?? ''])),
  );
}

function explainIssue(issue: Issue, context: Context): Finding[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(issue.path, key, context));
  const found = foundAt(context, issue.path);
  if (found.value === undefined) return [misnamedKey(issue, context) ?? missingKey(issue, context)];
  switch (issue.code) {
    case 'invalid_type':
      return [wrongType(found, [issue.expected])];
    case 'invalid_value':
      return [wrong('CONFIG_NOT_AN_OPTION', found, optionsOf(found, issue.values.map(String)))];
    case 'too_small':
    case 'too_big':
      return [wrong('CONFIG_OUT_OF_RANGE', found, { found: sizeFound(issue, found), allowed: range(issue, found) })];
    case 'invalid_union':
      return explainUnion(issue, found, context);
    case 'custom':
      return [explainCustom(issue, found)];
    default:
      return [
        wrong('CONFIG_BAD_FORMAT', found, {
          allowed: allowedIn(issue.message),
          suggestion: respelt(found),
        }),
      ];
  }
}

/** A value that is there, and what is known about it. */
interface Found {
  readonly path: Path;
  readonly value: unknown;
  readonly hidden: boolean;
  readonly text: string;
  readonly schema: z.core.$ZodType | undefined;
}

function foundAt(context: Context, path: Path): Found {
  let value = context.value;
  for (const step of path) {
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? Reflect.get(value, step) : undefined;
  }
  const hidden = value !== undefined && context.isHidden(path);
  return {
    path,
    value,
    hidden,
    text: describeValue(value, hidden),
    schema: schemaAt(context.schema, path, context.value),
  };
}

interface Details {
  /** In place of the value. */
  readonly found?: string | undefined;
  readonly allowed?: string | undefined;
  readonly suggestion?: string | undefined;
}

function wrong(code: ProblemCode, { path, text }: Found, { found = text, allowed, suggestion }: Details): Finding {
  return {
    code,
    path,
    on: 'value',
    message: `${subject(path)}: found ${found}`,
    ...(allowed === undefined ? {} : { allowed }),
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

function wrongType(found: Found, expected: readonly string[]): Finding {
  const keys = expected.includes('object') ? keysOf(found.schema) : undefined;
  const names = expected.map((each) =>
    each === 'object' && keys !== undefined ? `a mapping with the keys ${keys.join(', ')}` : typeName(each),
  );
  if (found.value === null && expected.includes('string'))
    return wrong('CONFIG_WRONG_TYPE', found, { allowed: 'text; in quotes where it starts with `#`' });
  const form = expected.includes('string') ? formOf(found.schema) : undefined;
  return wrong('CONFIG_WRONG_TYPE', found, {
    allowed: form === undefined ? [...new Set(names)].join(' or ') : lowerFirst(form),
    suggestion: retyped(found, expected),
  });
}

const optionsOf = (found: Found, options: readonly string[]): Details => ({
  allowed: options.join(', '),
  suggestion: typeof found.value === 'string' && !found.hidden ? nearest(found.value, options) : undefined,
});

function explainUnion(issue: Extract<Issue, { code: 'invalid_union' }>, found: Found, context: Context): Finding[] {
  if (issue.discriminator !== undefined) {
    const options = 'options' in issue && issue.options ? issue.options.map(String) : [];
    const code = issue.discriminator === 'platform' ? 'CONFIG_UNKNOWN_PLATFORM' : 'CONFIG_NOT_AN_OPTION';
    return [wrong(code, found, optionsOf(found, options))];
  }
  const allowed = allowedIn(issue.message);
  if (allowed !== undefined) return [wrong('CONFIG_BAD_FORMAT', found, { allowed })];
  // The branch that was meant is the one whose type fits: its complaints are about the value, not about its type.
  const meant = issue.errors.find((branch) =>
    branch.every((inner) => inner.code !== 'invalid_type' || inner.path.length > 0),
  );
  if (meant !== undefined) {
    return meant.flatMap((inner) => explainIssue({ ...inner, path: [...issue.path, ...inner.path] }, context));
  }
  return [
    wrongType(
      found,
      issue.errors.flat().flatMap((inner) => (inner.code === 'invalid_type' ? [inner.expected] : [])),
    ),
  ];
}

/** Our own checks may say in `params` which code they stand for and what is allowed. */
function explainCustom(issue: Extract<Issue, { code: 'custom' }>, found: Found): Finding {
  const code = CUSTOM_CODES.find((known) => known === issue.params?.['code']);
  const form = allowedIn(issue.message);
  if (form !== undefined) return wrong(code ?? 'CONFIG_CONFLICT', found, { allowed: form, suggestion: respelt(found) });
  if (code === undefined)
    return {
      code: 'CONFIG_CONFLICT',
      path: found.path,
      on: 'value',
      message: `${subject(found.path)}: ${issue.message}`,
    };
  const allowed: unknown = issue.params?.['allowed'];
  return {
    ...wrong(code, found, { allowed: typeof allowed === 'string' ? allowed : undefined, suggestion: respelt(found) }),
    message: `${subject(found.path)}: ${found.hidden ? '' : `found ${found.text}: `}${issue.message}`,
  };
}

const CUSTOM_CODES = ['CONFIG_BAD_FILTER', 'CONFIG_BAD_FORMAT', 'CONFIG_BAD_URL', 'CONFIG_OUT_OF_RANGE'] as const;

/** The schemas' own messages are `must be ...`, which is what is allowed. */
const allowedIn = (message: string): string | undefined =>
  message.startsWith('must be ') ? message.slice('must be '.length) : undefined;

const accepts =
  ({ schema }: Found) =>
  (candidate: unknown): boolean =>
    schema !== undefined && z.safeParse(schema, candidate).success;

function respelt(found: Found): string | undefined {
  const { value, hidden } = found;
  if (typeof value !== 'string' || hidden) return undefined;
  return respell(value, accepts(found)) ?? retyped(found, ['number']);
}

/** What tells the kinds of a list's items apart, under a wrong name: which keys an item may have is not known then. */
function misnamedKey(issue: Issue, context: Context): Finding | undefined {
  if (issue.code !== 'invalid_union') return undefined;
  const mapping = foundAt(context, issue.path.slice(0, -1));
  const wanted = String(issue.path.at(-1));
  const key = Object.keys(Object(mapping.value)).find(
    (own) => (nearest(own, [wanted]) ?? synonym(own, [wanted])) !== undefined,
  );
  if (key === undefined) return undefined;
  return {
    code: 'CONFIG_UNKNOWN_KEY',
    path: [...mapping.path, key],
    on: 'key',
    message: `${subject(mapping.path)}: unknown key "${printable(key)}"`,
    suggestion: wanted,
  };
}

function missingKey(issue: Issue, context: Context): Finding {
  const { path } = issue;
  const key = String(path.at(-1));
  const parent = path.slice(0, -1);
  const schema = schemaAt(context.schema, path, context.value);
  const options =
    issue.code === 'invalid_union' && 'options' in issue ? issue.options?.map(String).join(', ') : undefined;
  const example = exampleOf(schema);
  const purpose = options ?? [purposeOf(schema), ...(example === undefined ? [] : [`such as ${example}`])].join(', ');
  return {
    code: 'CONFIG_MISSING_KEY',
    missing: key,
    path: parent,
    on: 'mapping',
    message: `${parent.length === 0 ? '' : `${subject(parent)}: `}\`${key}\` is missing`,
    allowed: `${key}: ${purpose}`,
  };
}

function unknownKey(path: Path, key: string, context: Context): Finding {
  const keys = keysOf(schemaAt(context.schema, path, context.value)) ?? [];
  const suggestion = nearest(key, keys) ?? synonym(key, keys);
  const kinds = kindsWithKey(schemaAt(context.schema, path.slice(0, -1), context.value), key);
  const elsewhere =
    kinds.length === 0 ? '' : `, which only ${kinds.join(' and ')} ${kinds.length === 1 ? 'has' : 'have'}`;
  return {
    code: 'CONFIG_UNKNOWN_KEY',
    path: [...path, key],
    on: 'key',
    message: `${path.length === 0 ? '' : `${subject(path)}: `}unknown key "${printable(key)}"${elsewhere}`,
    ...(keys.length > 0 ? { allowed: [...keys].sort().join(', ') } : {}),
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

const WORDS: ReadonlyMap<string, string> = new Map([
  ['yes', 'true'],
  ['on', 'true'],
  ['no', 'false'],
  ['off', 'false'],
]);

/** The same value in a type that was expected, where it is plain which that is. */
function retyped(found: Found, expected: readonly string[]): string | undefined {
  const { value, hidden } = found;
  if (hidden) return undefined;
  if (expected.includes('object') && typeof value === 'string') return withSpace(value, keysOf(found.schema));
  if (expected.includes('string') && (typeof value === 'number' || typeof value === 'boolean')) {
    return accepts(found)(String(value)) ? `"${value}"` : undefined;
  }
  if (typeof value !== 'string') return undefined;
  if (expected.includes('boolean')) return WORDS.get(value.toLowerCase()) ?? nearest(value, ['true', 'false']);
  return value.trim() !== '' && accepts(found)(Number(value)) ? value : undefined;
}

/** `id:porch`, where the space is missing that would make it a mapping. */
function withSpace(text: string, keys: readonly string[] = []): string | undefined {
  const [, key = '', value] = /^(\w+):(\S.*)$/.exec(text) ?? [];
  return keys.includes(key) ? `${key}: ${value}` : undefined;
}

type Bound = Extract<Issue, { code: 'too_small' | 'too_big' }>;

function sizeFound({ origin }: Bound, { value, text }: Found): string {
  if (origin === 'string' && typeof value === 'string')
    return value === '' ? 'an empty text' : plural(value.length, 'character');
  if (origin === 'array' && Array.isArray(value))
    return value.length === 0 ? 'an empty list' : plural(value.length, 'item');
  return text;
}

function range(issue: Bound, { schema }: Found): string {
  const bound = Number(issue.code === 'too_small' ? issue.minimum : issue.maximum);
  const amount =
    issue.origin === 'string'
      ? plural(bound, 'character')
      : issue.origin === 'array'
        ? plural(bound, 'item')
        : String(bound);
  const { min, max } = rangeOf(schema);
  if (min !== undefined && max !== undefined) return `${min} to ${max}`;
  return `${issue.code === 'too_small' ? 'at least' : 'at most'} ${amount}`;
}
