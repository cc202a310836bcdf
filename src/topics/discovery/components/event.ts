import type { EntityComponent } from './entity.ts';

/** Its topic is never retained: Home Assistant ignores retained events. */
export interface EventComponent extends EntityComponent {
  readonly platform: 'event';
  readonly state_topic: string;
  readonly event_types: readonly string[];
  readonly device_class?: EventDeviceClass;
}

export const EVENT_DEVICE_CLASSES = ['doorbell', 'button', 'motion'] as const;

export type EventDeviceClass = (typeof EVENT_DEVICE_CLASSES)[number];
