import type { EntityComponent } from './entity.ts';

export interface BinarySensorComponent extends EntityComponent {
  readonly platform: 'binary_sensor';
  readonly state_topic: string;
  readonly device_class?: BinarySensorDeviceClass;
  readonly entity_category?: 'diagnostic';
  readonly value_template?: string;
  readonly payload_on?: string;
  readonly payload_off?: string;
  /** Seconds without a message after which the entity is unavailable; a retained one counts as fresh. */
  readonly expire_after?: number;
  /** Seconds after which Home Assistant turns it off by itself. */
  readonly off_delay?: number;
}

export const BINARY_SENSOR_DEVICE_CLASSES = [
  'battery',
  'battery_charging',
  'carbon_monoxide',
  'cold',
  'connectivity',
  'door',
  'garage_door',
  'gas',
  'heat',
  'light',
  'lock',
  'moisture',
  'motion',
  'moving',
  'occupancy',
  'opening',
  'plug',
  'power',
  'presence',
  'problem',
  'running',
  'safety',
  'smoke',
  'sound',
  'tamper',
  'update',
  'vibration',
  'window',
] as const;

export type BinarySensorDeviceClass = (typeof BINARY_SENSOR_DEVICE_CLASSES)[number];
