import { announce } from '../announce.ts';
import type { Platform } from '../platform.ts';
import { type BinarySensorConfig, binarySensorSchema } from './config.ts';
import { BinarySensor } from './entity.ts';

/** A contact, a motion detector, a float switch: what is on or off and only reports. */
export const binarySensor: Platform<BinarySensorConfig> = {
  name: 'binary_sensor',
  schema: binarySensorSchema,
  lines: ({ line }) => [line],
  discover: (config, topics) => ({
    platform: 'binary_sensor',
    ...announce(config),
    state_topic: topics.state,
    json_attributes_topic: topics.attributes,
    ...(config.device_class && { device_class: config.device_class }),
    ...(config.entity_category && { entity_category: config.entity_category }),
  }),
  create: (config, context) => new BinarySensor(config, context),
};
