import { announce } from '../announce.ts';
import type { Platform } from '../platform.ts';
import { type CoverConfig, coverSchema } from './config.ts';
import { Cover } from './entity.ts';

/** A blind, a shutter, an awning: a motor with a relay for each direction. */
export const cover: Platform<CoverConfig> = {
  name: 'cover',
  schema: coverSchema,
  lines: ({ open_line, close_line }) => [open_line, close_line],
  discover: (config, topics) => ({
    platform: 'cover',
    ...announce(config),
    command_topic: topics.set,
    set_position_topic: topics.set,
    state_topic: topics.state,
    value_template: '{{ value_json.state }}',
    position_topic: topics.state,
    position_template: "{{ value_json.position | default('') }}",
    json_attributes_topic: topics.attributes,
    ...(config.device_class && { device_class: config.device_class }),
    ...(config.entity_category && { entity_category: config.entity_category }),
  }),
  create: (config, context) => new Cover(config, context),
};
