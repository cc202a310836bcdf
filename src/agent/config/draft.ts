import type { BridgeOptions, ListenerOptions, UserOptions } from '#broker';
import type { z } from 'zod';
import type { EntityConfig } from '../platforms/platform.ts';
import { bridgeSchema } from './schema/bridges.ts';
import { listenerSchema, listenersSchema, userSchema } from './schema/broker.ts';
import { entitySchema } from './schema/entities.ts';

/**
 * The parts of a config that are right in themselves, so that what they have to do with each other is checked even where
 * other parts are wrong. A wrong item of a list is undefined and keeps its index.
 */
export interface Draft {
  /** As they are written, right or wrong. */
  readonly ids: readonly unknown[];
  readonly entities: readonly (EntityConfig | undefined)[];
  readonly listeners: readonly (ListenerOptions | undefined)[];
  readonly users: readonly (UserOptions | undefined)[];
  readonly hasTokens: boolean;
  /** Whether it says what clients without a user name may do. */
  readonly hasAnonymous: boolean;
  readonly bridges: readonly (BridgeOptions | undefined)[];
}

export function draftOf(value: unknown): Draft {
  const broker = member(value, 'broker');
  const entities = member(value, 'entities');
  return {
    ids: Array.isArray(entities) ? entities.map((entity) => member(entity, 'id')) : [],
    entities: items(entitySchema, entities),
    listeners: items(listenerSchema, member(broker, 'listeners') ?? listenersSchema.parse(undefined)),
    users: items(userSchema, member(broker, 'users')),
    hasTokens: member(broker, 'tokens') !== undefined,
    hasAnonymous: member(broker, 'anonymous') !== undefined,
    bridges: items(bridgeSchema, member(value, 'bridges')),
  };
}

function items<T>(schema: z.ZodType<T>, list: unknown): (T | undefined)[] {
  return Array.isArray(list) ? list.map((item: unknown) => schema.safeParse(item).data) : [];
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}
