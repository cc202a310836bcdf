import { announce } from '../announce.ts';
import type { Platform } from '../platform.ts';
import { type CounterConfig, counterSchema } from './config.ts';
import { Counter } from './entity.ts';
import { decimalsOf, rateUnitOf } from './reading.ts';
import { UNITS } from './units.ts';

/** A meter that gives pulses: energy, water, gas, rain. Home Assistant has two sensors of it: the total and the rate. */
export const counter: Platform<CounterConfig> = {
  name: 'counter',
  schema: counterSchema,
  lines: ({ line }) => [line],
  discover: (config, topics) => ({
    platform: 'sensor',
    ...announce(config),
    state_topic: topics.state,
    json_attributes_topic: topics.attributes,
    device_class: config.device_class ?? UNITS[config.unit].device_classes[0],
    state_class: 'total_increasing',
    unit_of_measurement: config.unit,
    suggested_display_precision: Math.min(3, decimalsOf(config.pulses_per_unit)),
    ...(config.entity_category && { entity_category: config.entity_category }),
  }),
  also: (config, topics) => ({
    rate: {
      platform: 'sensor',
      state_topic: topics.attributes,
      value_template: '{{ value_json.rate | default(0) }}',
      device_class: UNITS[config.unit].rate_class,
      state_class: 'measurement',
      unit_of_measurement: rateUnitOf(config),
      ...(!config.enabled_by_default && { enabled_by_default: false }),
    },
  }),
  create: (config, context) => new Counter(config, context),
};
