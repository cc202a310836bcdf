import { z } from 'zod';
import { configSchema } from './schema/config.ts';

/** A JSON Schema, as far as this project reads one. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

const TITLE = 'pinbus.yaml';

/**
 * The config as JSON Schema, for editors: what a person writes, before it is read into durations and the like. What
 * two settings have to do with each other is not in it; `pinbus check` knows that.
 */
export function configJsonSchema(): JsonSchema {
  return { title: TITLE, ...z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' }) };
}
