import { announce } from '../announce.ts';
import type { Platform } from '../platform.ts';
import { type NumberConfig, numberSchema } from './config.ts';
import { ServoNumber } from './entity.ts';

/** A servo: a valve, a flap, a camera's mount. */
export const number: Platform<NumberConfig> = {
  name: 'number',
  schema: numberSchema,
  lines: ({ line }) => [line],
  discover: (config, topics) => ({
    platform: 'number',
    ...announce(config),
    command_topic: topics.set,
    state_topic: topics.state,
    json_attributes_topic: topics.attributes,
    min: config.min,
    max: config.max,
    step: config.step,
    mode: config.mode,
    ...(config.unit !== undefined && { unit_of_measurement: config.unit }),
    ...(config.entity_category && { entity_category: config.entity_category }),
  }),
  create: (config, context) => new ServoNumber(config, context),
};
