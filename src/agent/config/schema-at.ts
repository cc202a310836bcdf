import { z } from 'zod';
import type { Path } from './finding.ts';

/** The schema for the value at a path, as far as the given value says which of several it is. */
export function schemaAt(schema: z.core.$ZodType, path: Path, value: unknown): z.core.$ZodType | undefined {
  const [step, ...rest] = path;
  const plain = unwrap(schema);
  if (plain instanceof z.ZodDiscriminatedUnion) {
    const { discriminator } = plain.def;
    const chosen = plain.options.find((option) =>
      kindsOf(option, discriminator).includes(member(value, discriminator)),
    );
    return chosen === undefined ? undefined : schemaAt(chosen, path, value);
  }
  if (step === undefined) return schema;
  const child = plain instanceof z.ZodArray ? plain.element : memberOf(plain, step);
  return child === undefined ? undefined : schemaAt(child, rest, member(value, step));
}

/** The keys of a mapping; undefined when the schema is not one. */
export function keysOf(schema: z.core.$ZodType | undefined): readonly string[] | undefined {
  const plain = schema === undefined ? undefined : unwrap(schema);
  return plain instanceof z.ZodObject ? Object.keys(plain.shape) : undefined;
}

/** What a key is for: the outermost description. */
export function purposeOf(schema: z.core.$ZodType | undefined): string | undefined {
  return layers(schema)
    .map(descriptionOf)
    .find((description) => description !== undefined);
}

/** How the value of a key may look, as one would write it. */
export function exampleOf(schema: z.core.$ZodType | undefined): string | undefined {
  for (const layer of layers(schema)) {
    const examples: unknown = layer instanceof z.ZodType ? layer.meta()?.examples : undefined;
    if (Array.isArray(examples) && examples.length > 0) return asFlow(examples[0]);
  }
  return undefined;
}

/** In YAML's flow style. */
function asFlow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(asFlow).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? value : JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([key, each]) => `${key}: ${asFlow(each)}`)
    .join(', ')} }`;
}

/** What a text must look like that is read into something else, such as a duration: the innermost description. */
export function formOf(schema: z.core.$ZodType | undefined): string | undefined {
  const pipe = layers(schema).find((layer) => layer instanceof z.ZodPipe);
  return pipe === undefined ? undefined : descriptionOf(pipe);
}

const descriptionOf = (schema: z.core.$ZodType): string | undefined =>
  schema instanceof z.ZodType ? schema.meta()?.description : undefined;

/** Smallest and largest number, where the schema has them. */
export function rangeOf(schema: z.core.$ZodType | undefined): { readonly min?: number; readonly max?: number } {
  const plain = schema === undefined ? undefined : unwrap(schema);
  if (!(plain instanceof z.ZodNumber)) return {};
  const { minValue: min, maxValue: max } = plain;
  return { ...(isBound(min) ? { min } : {}), ...(isBound(max) ? { max } : {}) };
}

/** Of the kinds of item that a list takes, those that have the key, by what tells the kinds apart. */
export function kindsWithKey(list: z.core.$ZodType | undefined, key: string): readonly string[] {
  const array = list === undefined ? undefined : unwrap(list);
  const union = array instanceof z.ZodArray ? unwrap(array.element) : undefined;
  if (!(union instanceof z.ZodDiscriminatedUnion)) return [];
  return kindsOfUnion(union, key);
}

function kindsOfUnion(union: z.ZodDiscriminatedUnion, key: string): readonly string[] {
  const { discriminator } = union.def;
  return union.options.flatMap((option) => {
    const plain = unwrap(option);
    const having = flat(plain).filter((each) => keysOf(each)?.includes(key));
    const names = [...new Set(having.flatMap((each) => kindsOf(each, discriminator).map(String)))];
    if (!(plain instanceof z.ZodDiscriminatedUnion) || having.length === plain.options.length) return names;
    const inner = kindsOfUnion(plain, key).join(', ');
    return names.map((name) => `${name} with ${plain.def.discriminator}: ${inner}`);
  });
}

/** A union that is in another one is as many kinds more. */
function flat(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  const plain = unwrap(schema);
  return plain instanceof z.ZodDiscriminatedUnion ? plain.options.flatMap(flat) : [plain];
}

/** The values of the discriminator that a schema stands for. */
const kindsOf = (schema: z.core.$ZodType, discriminator: string): readonly unknown[] =>
  flat(schema).flatMap((option) => literalsOf(memberOf(option, discriminator)));

/** zod gives the ends of the safe integers where there is no bound. */
const isBound = (value: number | null): value is number => value !== null && Math.abs(value) < Number.MAX_SAFE_INTEGER;

/** A schema without what makes it optional, gives it a default, or reads it into something else. */
const unwrap = (schema: z.core.$ZodType): z.core.$ZodType => layers(schema).at(-1) ?? schema;

/** A schema, and the ones that it is wrapped around. */
function layers(schema: z.core.$ZodType | undefined): z.core.$ZodType[] {
  if (schema === undefined) return [];
  if (schema instanceof z.ZodPipe) return [schema, ...layers(schema.def.in)];
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodExactOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly
  ) {
    return [schema, ...layers(schema.def.innerType)];
  }
  return [schema];
}

function memberOf(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType | undefined {
  return schema instanceof z.ZodObject && Object.hasOwn(schema.shape, key) ? schema.shape[String(key)] : undefined;
}

function literalsOf(schema: z.core.$ZodType | undefined): readonly unknown[] {
  if (schema instanceof z.ZodEnum) return schema.options;
  return schema instanceof z.ZodLiteral ? [...schema.values] : [];
}

function member(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}
