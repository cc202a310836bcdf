import type { Snippet } from './problem.ts';

/** A stretch of the source: offsets of its first character and of the one after its last. */
export type Span = readonly [start: number, end: number];

/** A config's text, and which parts of it must never be shown. */
export interface Source {
  /** As messages name it. */
  readonly file: string;
  readonly text: string;
  readonly secrets: readonly Span[];
}

const HIDDEN = '***';
/** Longer lines are shown around the place that is meant. */
const SHOWN_WIDTH = 120;

/** The line that a span starts on, secrets replaced, with the span marked as far as it is on that line. */
export function snippet(source: Source, [start, end]: Span): Snippet {
  const { text } = source;
  const from = Math.min(start, text.length);
  const lineStart = text.lastIndexOf('\n', from - 1) + 1;
  const lineEnd = endOfLine(text, lineStart);
  const shown = hideSecrets(source, lineStart, lineEnd);
  const caretStart = shown.columnOf(from);
  const caretEnd = Math.max(shown.columnOf(Math.min(Math.max(end, from), lineEnd)), caretStart + 1);
  const window = clip(shown.text, caretStart);
  return {
    line: countLines(text, lineStart),
    column: from - lineStart + 1,
    text: window.text,
    caret: {
      start: caretStart - window.shift,
      length: Math.max(1, Math.min(caretEnd - window.shift, window.text.length) - (caretStart - window.shift)),
    },
  };
}

/** Whether a span has a secret in it. */
export function isSecret(source: Source, [start, end]: Span): boolean {
  return source.secrets.some((secret) => secret[0] < end && start < secret[1]);
}

function endOfLine(text: string, lineStart: number): number {
  const newline = text.indexOf('\n', lineStart);
  const end = newline === -1 ? text.length : newline;
  return text[end - 1] === '\r' && end > lineStart ? end - 1 : end;
}

function countLines(text: string, lineStart: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < lineStart; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

function hideSecrets(source: Source, lineStart: number, lineEnd: number) {
  const inLine = source.secrets
    .map(([start, end]): Span => [Math.max(start, lineStart), Math.min(end, lineEnd)])
    .filter(([start, end]) => start < end)
    .sort((a, b) => a[0] - b[0]);
  let text = '';
  let offset = lineStart;
  /** Where the pieces that are shown begin, in the source and in the text shown. */
  const pieces: { source: number; shown: number; hidden: boolean }[] = [];
  for (const [start, end] of inLine) {
    if (end <= offset) continue;
    pieces.push({ source: offset, shown: text.length, hidden: false });
    text += source.text.slice(offset, Math.max(start, offset));
    pieces.push({ source: Math.max(start, offset), shown: text.length, hidden: true });
    text += HIDDEN;
    offset = end;
  }
  pieces.push({ source: offset, shown: text.length, hidden: false });
  text += source.text.slice(offset, lineEnd);
  return {
    text: printable(text),
    columnOf: (at: number): number => {
      const piece = pieces.findLast((candidate) => candidate.source <= at);
      if (piece === undefined) return 0;
      return piece.hidden ? piece.shown : piece.shown + (at - piece.source);
    },
  };
}

/** Control characters would reach the terminal of whoever reads the message. */
// oxlint-disable-next-line no-control-regex -- these are the characters meant
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Text with what could move a terminal's cursor, or hide what it says, replaced; its length stays. */
export const printable = (text: string): string => text.replace(CONTROL, '?');

function clip(text: string, caret: number): { text: string; shift: number } {
  if (text.length <= SHOWN_WIDTH) return { text, shift: 0 };
  const shift = Math.max(0, Math.min(caret - SHOWN_WIDTH / 2, text.length - SHOWN_WIDTH));
  const before = shift > 0 ? '…' : '';
  const after = shift + SHOWN_WIDTH < text.length ? '…' : '';
  return { text: before + text.slice(shift, shift + SHOWN_WIDTH) + after, shift: shift - before.length };
}
