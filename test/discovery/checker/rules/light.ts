import type { JsonObject } from '#topics';
import { repr } from '../python.ts';

/** `onoff` and `brightness` stand alone, and `white` needs a colour beside it. */
export function lightFault({ supported_color_modes }: JsonObject): string | undefined {
  if (!Array.isArray(supported_color_modes)) return undefined;
  const modes = new Set(supported_color_modes.map(String));
  const alone = (modes.has('onoff') || modes.has('brightness')) && modes.size > 1;
  const whiteOnly =
    modes.has('white') && ![...modes].some((mode) => ['hs', 'xy', 'rgb', 'rgbw', 'rgbww'].includes(mode));
  return modes.size === 0 || alone || whiteOnly
    ? `Invalid supported_color_modes ${repr([...modes].sort())}`
    : undefined;
}
