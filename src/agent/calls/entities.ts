import { z } from 'zod';
import type { EntityTopics } from '#topics';
import { method } from './method.ts';

/** An entity as `call/entities` lists it. */
export interface EntityDescription {
  readonly id: string;
  readonly platform: string;
  readonly name?: string;
  /** Those that it has. */
  readonly topics: Partial<EntityTopics>;
  /** The lines that it holds: BCM numbers or names. */
  readonly lines: readonly (number | string)[];
  /** The last state it reported; missing before the first one and on platforms without state. */
  readonly state?: string;
  readonly available: boolean;
  /** ISO 8601 in UTC. */
  readonly last_changed?: string;
}

export const entities = method({
  name: 'entities',
  summary: 'every entity with its topics and what it says now',
  params: z.strictObject({}),
  run: (_params, node) => node.entities(),
});
