import type { DeviceAutomationComponent } from '#topics';
import { eventTypes, type PressEventType } from '../../entity/press.ts';
import type { EventConfig } from './config.ts';

/** Home Assistant's words for them, which it translates; it has none for `hold`. */
const TYPES: Readonly<Partial<Record<PressEventType, string>>> = {
  press: 'button_short_press',
  double_press: 'button_double_press',
  triple_press: 'button_triple_press',
  long_press: 'button_long_press',
  release: 'button_short_release',
};

/** A trigger for each kind of press. Automations hold on to type and subtype, so that both stay the same for ever. */
export function deviceTriggers(
  config: EventConfig,
  topic: string,
): Readonly<Record<string, DeviceAutomationComponent>> {
  return Object.fromEntries(
    eventTypes(config).flatMap((event): [string, DeviceAutomationComponent][] => {
      const type = TYPES[event];
      if (type === undefined) return [];
      const trigger = { platform: 'device_automation', automation_type: 'trigger', type, subtype: config.id } as const;
      return [[event, { ...trigger, topic, payload: event, value_template: '{{ value_json.event_type }}' }]];
    }),
  );
}
