import { paint } from '../paint.ts';
import type { Finding } from './check.ts';

export interface CheckedFinding extends Finding {
  readonly check: string;
}

/** A finding for a person: the verdict, what was looked at, what was found, and beneath it what to do. */
export function findingText({ verdict, check, message, remedy }: CheckedFinding, colour: boolean): string {
  const colours = paint(colour);
  const colourOf = { ok: colours.green, warn: colours.yellow, fail: colours.red };
  const line = `${colourOf[verdict](verdict.padEnd(4))}  ${check.padEnd(10)}${message}\n`;
  return remedy === undefined ? line : `${line}${' '.repeat(16)}${colours.dim(remedy)}\n`;
}
