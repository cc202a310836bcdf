import { z } from 'zod';

const value = z.union([z.string(), z.number(), z.null()]);
const record = z.object({ at: z.iso.datetime(), value, by: z.record(z.string(), z.string()).optional() });
const span = z.object({
  entity: z.string(),
  since: z.iso.datetime(),
  until: z.iso.datetime(),
  unit: z.string().optional(),
  before: record.optional(),
});

/** What `call/history` answers, as far as this command shows it. */
export const recordsAnswer = span.extend({ records: z.array(record), more: z.boolean() });
export const partsAnswer = span.extend({
  parts: z.array(
    z.object({
      at: z.iso.datetime(),
      count: z.number(),
      last: value,
      min: z.number().optional(),
      mean: z.number().optional(),
      max: z.number().optional(),
    }),
  ),
});

export type HistoryValue = z.infer<typeof value>;
export type RecordsAnswer = z.infer<typeof recordsAnswer>;
export type PartsAnswer = z.infer<typeof partsAnswer>;
