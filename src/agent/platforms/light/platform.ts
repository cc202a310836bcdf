import { announce } from '../announce.ts';
import type { Platform } from '../platform.ts';
import { type LightConfig, lightSchema } from './config.ts';
import { Light } from './entity.ts';

/** A lamp or a strip of one colour. */
export const light: Platform<LightConfig> = {
  name: 'light',
  schema: lightSchema,
  lines: ({ line }) => [line],
  discover: (config, topics) => ({
    platform: 'light',
    schema: 'json',
    ...announce(config),
    command_topic: topics.set,
    state_topic: topics.state,
    json_attributes_topic: topics.attributes,
    supported_color_modes: config.brightness ? ['brightness'] : ['onoff'],
    brightness: config.brightness,
    transition: config.brightness,
    flash: false,
    ...(config.entity_category && { entity_category: config.entity_category }),
  }),
  create: (config, context) => new Light(config, context),
};
