import { announce } from '../announce.ts';
import { eventTypes } from '../../entity/press.ts';
import { deviceTriggers } from './triggers.ts';
import type { Platform } from '../platform.ts';
import { type EventConfig, eventSchema } from './config.ts';
import { PressSensor } from './entity.ts';

/** A doorbell, a wall button: what happens and is over. */
export const event: Platform<EventConfig> = {
  name: 'event',
  schema: eventSchema,
  lines: ({ line }) => [line],
  discover: (config, topics) => ({
    platform: 'event',
    ...announce(config),
    state_topic: topics.event,
    json_attributes_topic: topics.attributes,
    event_types: eventTypes(config),
    ...(config.device_class && { device_class: config.device_class }),
    ...(config.entity_category && { entity_category: config.entity_category }),
  }),
  also: (config, topics) => (config.device_triggers ? deviceTriggers(config, topics.event) : {}),
  create: (config, context) => new PressSensor(config, context),
};
