import { announce } from '../announce.ts';
import type { Platform } from '../platform.ts';
import { measureOf, type SensorConfig, sensorSchema } from './config.ts';
import { Sensor } from './entity.ts';

/** A number that is measured from time to time: on a bus of the machine, or of the machine itself. */
export const sensor: Platform<SensorConfig> = {
  name: 'sensor',
  schema: sensorSchema,
  lines: () => [],
  place: (config) => measureOf(config).place,
  discover: (config, topics) => {
    const { unit, device_class, precision, diagnostic } = measureOf(config);
    return {
      platform: 'sensor',
      ...announce(config),
      state_topic: topics.state,
      json_attributes_topic: topics.attributes,
      ...(device_class && { device_class }),
      state_class: 'measurement',
      unit_of_measurement: unit,
      suggested_display_precision: precision,
      ...(diagnostic && { entity_category: 'diagnostic' }),
      ...(config.expire_after !== undefined && { expire_after: Math.ceil(config.expire_after / 1_000) }),
    };
  },
  create: (config, context) => new Sensor(config, context),
};
