import { type Document, isPair, isScalar, type Scalar, visit } from 'yaml';
import type { Span } from './source.ts';
import { editDistance } from './spelling.ts';
import { isTagged } from './tags.ts';

const SECRET_WORD = /pass|pwd|secret|token|credential/i;

/** A password under a misspelt key is a password still. */
const looksSecret = (key: string): boolean =>
  SECRET_WORD.test(key) || editDistance(key.slice(0, 16).toLowerCase(), 'password') <= 3;

/** `scheme://user:password@host`: what stands before the `@`. */
const URL_CREDENTIALS = /:\/\/([^\s"']*)@/g;
/** What may be a key, quoted or not, with its colon; in a text that YAML gave up on the colon may be in the next line. */
const KEY = /([\w-]+)["']?\s*:[^\S\n]*/g;

/** The parts of a config's text that no message may show. */
export function findSecrets(yaml: Document.Parsed, text: string): Span[] {
  const spans: Span[] = [];
  visit(yaml, {
    Pair(_, pair) {
      if (!isScalar(pair.key) || !looksSecret(String(pair.key.value)) || isTagged(pair.value)) return;
      const { value } = pair;
      const range = value !== null && typeof value === 'object' && 'range' in value ? value.range : undefined;
      if (Array.isArray(range)) spans.push([Number(range[0]), Number(range[1])]);
    },
    Scalar(_, scalar, path) {
      const parent = path.at(-1);
      const isKey = isPair(parent) && parent.key === scalar;
      // `password:hunter2` is one word, where the space is missing.
      if (!isKey && scalar.range) spans.push(...afterSecretKeys(text, scalar.range[0], scalar.range[1]));
    },
  });
  for (const match of text.matchAll(URL_CREDENTIALS)) {
    const start = match.index + '://'.length;
    spans.push([start, start + (match[1] ?? '').length]);
  }
  // A text that is not YAML has no reliable nodes.
  if (yaml.errors.length > 0) spans.push(...afterSecretKeys(text, 0, text.length));
  return spans.filter(([start, end]) => start < end);
}

/** What follows a key that looks like a secret's: the rest of its line, and the lines below that are indented further. */
function afterSecretKeys(text: string, from: number, to: number): Span[] {
  const spans: Span[] = [];
  for (const match of text.slice(from, to).matchAll(KEY)) {
    if (!looksSecret(match[1] ?? '')) continue;
    const start = from + match.index + match[0].length;
    if (/^!(?:env|file)\s/.test(text.slice(start, start + 6))) continue;
    spans.push([start, Math.min(to, endOfBlock(text, from + match.index, start))]);
  }
  return spans;
}

function endOfBlock(text: string, keyAt: number, valueAt: number): number {
  const indent = indentAt(text, text.lastIndexOf('\n', keyAt - 1) + 1);
  let end = lineEnd(text, valueAt);
  while (end < text.length) {
    const next = end + 1;
    const isBlank = text.slice(next, lineEnd(text, next)).trim() === '';
    if (!isBlank && indentAt(text, next) <= indent) break;
    end = lineEnd(text, next);
  }
  return end;
}

const indentAt = (text: string, lineStart: number): number => text.slice(lineStart).search(/\S|$/);

function lineEnd(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline === -1 ? text.length : newline;
}

/** Shorter ones would be found within other words. */
const SHORTEST_HIDDEN = 4;

/** Hides the values themselves, wherever a message happens to quote one. */
export function redactor(yaml: Document.Parsed, isHidden: (scalar: Scalar) => boolean): (message: string) => string {
  const values = new Set<string>();
  visit(yaml, {
    Scalar(_, scalar) {
      const value = String(scalar.value);
      if (value.length >= SHORTEST_HIDDEN && isHidden(scalar)) values.add(value);
    },
  });
  // The longer ones first, for one may be part of another.
  const ordered = [...values].sort((a, b) => b.length - a.length);
  return (message) => ordered.reduce((text, value) => text.replaceAll(value, '***'), message);
}
