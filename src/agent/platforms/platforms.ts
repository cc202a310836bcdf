import { binarySensor } from './binary_sensor/platform.ts';
import { button } from './button/platform.ts';
import { event } from './event/platform.ts';
import { light } from './light/platform.ts';
import type { Platform } from './platform.ts';
import { sensor } from './sensor/platform.ts';
import { switchPlatform } from './switch/platform.ts';

/** Every platform. A new one is a folder beside this file and a line here. */
export const PLATFORMS: readonly Platform[] = [binarySensor, button, event, light, sensor, switchPlatform];
