import type { LightLevel } from './level.ts';

/** A light on its way from one level to another. Times are milliseconds on the monotonic clock. */
export interface Fade {
  readonly from: LightLevel;
  readonly to: LightLevel;
  readonly start_ms: number;
  readonly length_ms: number;
}

/** The eye sees no steps at 25 a second. */
const STEP_MS = 40;

/** Where the light is at `now_ms`. It stays on until the end of a way to off. */
export function fadeAt({ from, to, start_ms, length_ms }: Fade, now_ms: number): LightLevel {
  const done = (now_ms - start_ms) / length_ms;
  if (done >= 1) return to;
  const begin = shown(from);
  const brightness = Math.round(begin + (shown(to) - begin) * Math.max(0, done));
  return brightness > 0 ? { on: true, brightness } : { on: false, brightness: to.brightness };
}

/** Milliseconds to the next step: no more steps than there are brightnesses on the way. */
export function stepOf({ from, to, length_ms }: Fade): number {
  return Math.max(STEP_MS, length_ms / Math.max(1, Math.abs(shown(to) - shown(from))));
}

export const isOver = ({ start_ms, length_ms }: Fade, now_ms: number): boolean => now_ms - start_ms >= length_ms;

const shown = ({ on, brightness }: LightLevel): number => (on ? brightness : 0);
