import type { EntityComponent } from './entity.ts';

export interface ButtonComponent extends EntityComponent {
  readonly platform: 'button';
  readonly command_topic: string;
  readonly device_class?: ButtonDeviceClass;
}

export const BUTTON_DEVICE_CLASSES = ['identify', 'restart', 'update'] as const;

export type ButtonDeviceClass = (typeof BUTTON_DEVICE_CLASSES)[number];
