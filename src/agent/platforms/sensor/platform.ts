import { announce } from '../announce.ts';
import type { Platform } from '../platform.ts';
import { type SensorConfig, sensorSchema } from './config.ts';
import { MachineSensor } from './entity.ts';
import { SOURCES } from './sources.ts';

/** What the machine tells about itself, as numbers. */
export const sensor: Platform<SensorConfig> = {
  name: 'sensor',
  schema: sensorSchema,
  lines: () => [],
  discover: (config, topics) => {
    const { unit, device_class, precision } = SOURCES[config.source];
    return {
      platform: 'sensor',
      ...announce(config),
      state_topic: topics.state,
      json_attributes_topic: topics.attributes,
      ...(device_class && { device_class }),
      state_class: 'measurement',
      unit_of_measurement: unit,
      suggested_display_precision: precision,
      entity_category: 'diagnostic',
      ...(config.expire_after !== undefined && { expire_after: Math.ceil(config.expire_after / 1_000) }),
    };
  },
  create: (config, context) => new MachineSensor(config, context),
};
