import { type Document, isPair, isScalar, visit } from 'yaml';
import type { Span } from './source.ts';
import { editDistance } from './spelling.ts';
import { ENV_TAG, FILE_TAG } from './tags.ts';

const SECRET_WORD = /pass|pwd|secret|token|credential/i;

/** A password under a misspelt key is a password still. */
const looksSecret = (key: string): boolean => SECRET_WORD.test(key) || editDistance(key.toLowerCase(), 'password') <= 3;

/** `scheme://user:password@host`: what stands before the `@`. */
const URL_CREDENTIALS = /:\/\/([^\s"']*)@/g;
/** `password:hunter2`, where the space is missing and YAML sees one word, and what follows a key that YAML gave up on. */
const SECRET_LINE = /[\w-]*(?:pass|pwd|secret|token|credential)[\w-]*["']?\s*:\s*(\S.*)/gi;

/** The parts of a config's text that no message may show. */
export function findSecrets(yaml: Document.Parsed, text: string): Span[] {
  const spans: Span[] = [];
  visit(yaml, {
    Pair(_, pair) {
      if (!isScalar(pair.key) || !looksSecret(String(pair.key.value))) return;
      const { value } = pair;
      if (isScalar(value) && (value.tag === ENV_TAG || value.tag === FILE_TAG)) return;
      const range = value !== null && typeof value === 'object' && 'range' in value ? value.range : undefined;
      if (Array.isArray(range)) spans.push([Number(range[0]), Number(range[1])]);
    },
    Scalar(_, scalar, path) {
      const parent = path.at(-1);
      const isKey = isPair(parent) && parent.key === scalar;
      if (isKey || !scalar.range || typeof scalar.value !== 'string') return;
      const [start, end] = scalar.range;
      spans.push(...captured(SECRET_LINE, text.slice(start, end), start));
    },
  });
  spans.push(...captured(URL_CREDENTIALS, text, 0));
  // A text that is not YAML has no reliable nodes: whatever follows such a key on its line is hidden.
  if (yaml.errors.length > 0) spans.push(...captured(SECRET_LINE, text, 0));
  return spans.filter(([start, end]) => start < end);
}

function captured(pattern: RegExp, text: string, offset: number): Span[] {
  const spans: Span[] = [];
  for (const match of text.matchAll(pattern)) {
    const value = match[1] ?? '';
    if (value.startsWith(ENV_TAG) || value.startsWith(FILE_TAG)) continue;
    const start = offset + match.index + match[0].lastIndexOf(value);
    spans.push([start, start + value.length]);
  }
  return spans;
}
