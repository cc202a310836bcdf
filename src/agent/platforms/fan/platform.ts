import { announce } from '../announce.ts';
import type { Platform } from '../platform.ts';
import { type FanConfig, fanSchema } from './config.ts';
import { Fan } from './entity.ts';

/** A fan or a pump whose speed PWM sets. */
export const fan: Platform<FanConfig> = {
  name: 'fan',
  schema: fanSchema,
  lines: ({ line }) => [line],
  discover: (config, topics) => ({
    platform: 'fan',
    ...announce(config),
    command_topic: topics.set,
    state_topic: topics.state,
    state_value_template: '{{ value_json.state }}',
    percentage_command_topic: topics.set,
    percentage_command_template: '{"percentage":{{ value }}}',
    percentage_state_topic: topics.state,
    percentage_value_template: '{{ value_json.percentage }}',
    json_attributes_topic: topics.attributes,
    ...(config.entity_category && { entity_category: config.entity_category }),
  }),
  create: (config, context) => new Fan(config, context),
};
