import { FULL_BRIGHTNESS } from '#topics';

/**
 * A light as it is commanded and read: brightness 1 to 255, which it keeps while it is off.
 */
export interface LightLevel {
  readonly on: boolean;
  readonly brightness: number;
}

/** Duty 0 to 1. A brightness that is on is never 0 duty. */
export function dutyOf(level: LightLevel, gamma: number): number {
  return level.on ? (level.brightness / FULL_BRIGHTNESS) ** gamma : 0;
}

/** What a duty read back is; `before` is the brightness that an off light keeps. */
export function levelOf(duty: number, gamma: number, before: number): LightLevel {
  if (duty <= 0) return { on: false, brightness: before };
  const brightness = Math.round(FULL_BRIGHTNESS * Math.min(1, duty) ** (1 / gamma));
  return { on: true, brightness: Math.max(1, brightness) };
}

export const sameLevel = (a: LightLevel, b: LightLevel): boolean =>
  a.on === b.on && (!a.on || a.brightness === b.brightness);
