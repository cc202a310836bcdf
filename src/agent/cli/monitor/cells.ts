import { stripVTControlCharacters } from 'node:util';
import { printable } from '../printable.ts';

/** Characters that take two cells of a terminal: CJK, Hangul, full-width forms and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u;
/** Characters that take none: combining marks and joiners. */
const EMPTY = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** Cells that a text takes on a terminal; its colours take none. */
export function cells(text: string): number {
  let count = 0;
  for (const character of stripVTControlCharacters(text)) count += cellsOf(character);
  return count;
}

/**
 * Anybody's text in exactly `width` cells: cut with an ellipsis, or filled with spaces. It has no colours yet, and what
 * a terminal would obey is made visible.
 */
export function fit(anything: string, width: number): string {
  if (width <= 0) return '';
  const text = printable(anything);
  const size = cells(text);
  if (size <= width) return text + ' '.repeat(width - size);
  let cut = '';
  let used = 0;
  for (const character of text) {
    const next = cellsOf(character);
    if (used + next > width - 1) break;
    cut += character;
    used += next;
  }
  return `${cut}…${' '.repeat(width - 1 - used)}`;
}

function cellsOf(character: string): number {
  if (EMPTY.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
