import { z } from 'zod';
import { bridgesSchema } from './bridges.ts';
import { brokerSchema } from './broker.ts';
import { entitiesSchema } from './entities.ts';
import { hardwareSchema } from './hardware.ts';
import { healthSchema } from './health.ts';
import { historySchema } from './history.ts';
import { homeAssistantSchema } from './home-assistant.ts';
import { logSchema } from './log.ts';
import { nodeSchema } from './node.ts';
import { outboxSchema } from './outbox.ts';

/** The whole file. Every section but `node` may be missing. */
export const configSchema = z.strictObject({
  node: nodeSchema,
  broker: brokerSchema.prefault({}),
  hardware: hardwareSchema.prefault({}),
  entities: entitiesSchema.default([]),
  outbox: outboxSchema.prefault({}),
  bridges: bridgesSchema.default([]),
  history: historySchema.prefault({}),
  health: healthSchema.prefault({}),
  home_assistant: homeAssistantSchema.prefault({}),
  log: logSchema.prefault({}),
});
