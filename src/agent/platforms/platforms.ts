import type { LineId } from '#hw';
import { binarySensor } from './binary_sensor/platform.ts';
import { button } from './button/platform.ts';
import { counter } from './counter/platform.ts';
import { cover } from './cover/platform.ts';
import { event } from './event/platform.ts';
import { fan } from './fan/platform.ts';
import { light } from './light/platform.ts';
import { number } from './number/platform.ts';
import type { EntityConfig, Platform } from './platform.ts';
import { sensor } from './sensor/platform.ts';
import { switchPlatform } from './switch/platform.ts';

/** Every platform. A new one is a folder beside this file and a line here. */
export const PLATFORMS: readonly Platform[] = [
  binarySensor,
  button,
  counter,
  cover,
  event,
  fan,
  light,
  number,
  sensor,
  switchPlatform,
];

/** Undefined: there is none of that name. */
export const platformOf = (platform: string): Platform | undefined => PLATFORMS.find(({ name }) => name === platform);

/** The lines that an entity holds. */
export const linesOf = (entity: EntityConfig): readonly LineId[] => platformOf(entity.platform)?.lines(entity) ?? [];
