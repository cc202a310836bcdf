import type { Bias, Drive, Level } from '../ports.ts';
import { pullAtPowerOn } from './boards.ts';

/** What the outside does to a line: drives it high or low, or nothing at all. */
export type Outside = Level | 'open';

/** What the chip does to a line. */
export type Inside =
  | { readonly kind: 'input'; readonly bias: Bias }
  | { readonly kind: 'output'; readonly drive: Drive; readonly high: Level };

/**
 * The physical level of a line, true for high. An output wins over the outside unless its drive lets go; a line that
 * nobody drives follows its pull, and without one it keeps the charge it has.
 */
export function wireLevel(offset: number, inside: Inside, outside: Outside, charge: Level): Level {
  if (inside.kind === 'output') {
    if (inside.drive === 'push_pull') return inside.high;
    if (inside.drive === 'open_drain' && !inside.high) return false;
    if (inside.drive === 'open_source' && inside.high) return true;
  }
  if (outside !== 'open') return outside;
  const bias = inside.kind === 'input' ? inside.bias : 'as_is';
  if (bias === 'disabled') return charge;
  return (bias === 'as_is' ? pullAtPowerOn(offset) : bias) === 'pull_up';
}
