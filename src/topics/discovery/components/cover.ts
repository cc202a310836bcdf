import type { EntityComponent } from './entity.ts';

/** A cover whose states, positions and commands are in one topic each; 0 is closed and 100 open. */
export interface CoverComponent extends EntityComponent {
  readonly platform: 'cover';
  /** OPEN, CLOSE and STOP. */
  readonly command_topic: string;
  /** opening, closing, open, closed and stopped. */
  readonly state_topic: string;
  readonly value_template: string;
  readonly position_topic: string;
  readonly position_template: string;
  readonly set_position_topic: string;
  readonly device_class?: CoverDeviceClass;
}

export const COVER_DEVICE_CLASSES = [
  'awning',
  'blind',
  'curtain',
  'damper',
  'door',
  'garage',
  'gate',
  'shade',
  'shutter',
  'window',
] as const;

export type CoverDeviceClass = (typeof COVER_DEVICE_CLASSES)[number];
