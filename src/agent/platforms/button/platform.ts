import { announce } from '../announce.ts';
import type { Platform } from '../platform.ts';
import { type ButtonConfig, buttonSchema } from './config.ts';
import { Button } from './entity.ts';

/** A door opener, a garage door: what wants a pulse. */
export const button: Platform<ButtonConfig> = {
  name: 'button',
  schema: buttonSchema,
  lines: ({ line }) => [line],
  discover: (config, topics) => ({
    platform: 'button',
    ...announce(config),
    command_topic: topics.set,
    json_attributes_topic: topics.attributes,
    ...(config.device_class && { device_class: config.device_class }),
    ...(config.entity_category && { entity_category: config.entity_category }),
  }),
  create: (config, context) => new Button(config, context),
};
