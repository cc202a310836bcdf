import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** What Home Assistant knows of one key of a payload. */
export interface KeyFacts {
  readonly type?: string | undefined;
  readonly required?: boolean | undefined;
  readonly enum?: readonly (string | number)[] | undefined;
  readonly case_insensitive?: boolean | undefined;
  readonly nullable?: boolean | undefined;
  readonly const?: string | undefined;
  readonly min?: number | undefined;
  /** The name of a check of Home Assistant's own: `Length` (pairs), `int`, `valid_supported_color_modes`. */
  readonly validator?: string | undefined;
  readonly ref?: string | undefined;
  readonly items?: KeyFacts | undefined;
  readonly keys?: Readonly<Record<string, KeyFacts>> | undefined;
  /** Keys of one such group exclude each other. */
  readonly exclusive_group?: string | undefined;
  /** Keys of one such group come together or not at all. */
  readonly inclusive_group?: string | undefined;
}

export type Keys = Readonly<Record<string, KeyFacts>>;

const keyFacts: z.ZodType<KeyFacts> = z.lazy(() =>
  z.object({
    type: z.string().optional(),
    required: z.boolean().optional(),
    enum: z.array(z.union([z.string(), z.number()])).optional(),
    case_insensitive: z.boolean().optional(),
    nullable: z.boolean().optional(),
    const: z.string().optional(),
    min: z.number().optional(),
    validator: z.string().optional(),
    ref: z.string().optional(),
    items: keyFacts.optional(),
    keys: z.record(z.string(), keyFacts).optional(),
    exclusive_group: z.string().optional(),
    inclusive_group: z.string().optional(),
  }),
);
const keys = z.record(z.string(), keyFacts);
const words = z.record(z.string(), z.string());

const schema = z.object({
  supported_components: z.array(z.string()),
  entity_common_keys: keys,
  device_info: z.object({ at_least_one_of: z.array(z.string()), keys }),
  origin_info: z.object({ required: keys, optional: keys }),
  device_discovery_root: z.object({ required: keys, optional: keys }),
  platforms: z.record(
    z.string(),
    z.object({ required: keys, optional: keys, uses_common_entity_keys: z.boolean().default(false) }),
  ),
  rules: z.object({
    device_payload: z.object({ shared_options: z.array(z.string()), no_unique_id_needed_for: z.array(z.string()) }),
  }),
  sensor: z.object({
    state_class_units: z.record(z.string(), z.array(z.string())),
    device_classes: z.record(
      z.string(),
      z.object({ units: z.array(z.string().nullable()).nullable(), state_classes: z.array(z.string()) }),
    ),
    unit_normalisation: words,
  }),
  device_classes_other: z.record(z.string(), z.array(z.string())),
  abbreviations: words,
  device_abbreviations: words,
  origin_abbreviations: words,
});

/** Home Assistant's MQTT discovery: every platform's keys, types, values and abbreviations. */
export const facts = schema.parse(
  JSON.parse(readFileSync(new URL('../data/ha-discovery-facts.json', import.meta.url), 'utf8')),
);
