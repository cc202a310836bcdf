import { announce } from '../announce.ts';
import type { Platform } from '../platform.ts';
import { type SwitchConfig, switchSchema } from './config.ts';
import { Switch } from './entity.ts';

/** A relay, a contactor, a socket: what is switched on and off. */
export const switchPlatform: Platform<SwitchConfig> = {
  name: 'switch',
  schema: switchSchema,
  lines: ({ line }) => [line],
  discover: (config, topics) => ({
    platform: 'switch',
    ...announce(config),
    command_topic: topics.set,
    state_topic: topics.state,
    json_attributes_topic: topics.attributes,
    ...(config.device_class && { device_class: config.device_class }),
    ...(config.entity_category && { entity_category: config.entity_category }),
  }),
  create: (config, context) => new Switch(config, context),
};
