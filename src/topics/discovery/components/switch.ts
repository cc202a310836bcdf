import type { EntityComponent } from './entity.ts';

export interface SwitchComponent extends EntityComponent {
  readonly platform: 'switch';
  readonly command_topic: string;
  readonly state_topic: string;
  readonly device_class?: SwitchDeviceClass;
}

export const SWITCH_DEVICE_CLASSES = ['outlet', 'switch'] as const;

export type SwitchDeviceClass = (typeof SWITCH_DEVICE_CLASSES)[number];
