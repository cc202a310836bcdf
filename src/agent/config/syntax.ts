import type { Document, YAMLError } from 'yaml';
import type { Problem } from './problem.ts';
import { snippet, type Source, type Span } from './source.ts';

/** One slip makes the parser stumble again and again; the first stumbles name it. */
const MAX_SYNTAX_PROBLEMS = 5;

/** The parser's errors in words that name the slip, without the text it found, which may be a secret. */
export function explainSyntax(source: Source, yaml: Document.Parsed): Problem[] {
  const problems: Problem[] = [];
  const lines = new Set<number>();
  const warnings = yaml.warnings.filter((warning) => warning.code === 'TAG_RESOLVE_FAILED');
  for (const error of [...yaml.errors, ...warnings].sort((a, b) => a.pos[0] - b.pos[0])) {
    const at = snippet(source, spanOfError(source, error));
    // An error that is caused by another stands on the same line, or right behind it.
    if (lines.has(at.line)) continue;
    lines.add(at.line);
    const tag = error.code === 'TAG_RESOLVE_FAILED';
    problems.push({
      code: tag ? 'CONFIG_UNKNOWN_TAG' : 'CONFIG_SYNTAX',
      file: source.file,
      at,
      related: [],
      ...explain(error),
    });
    if (problems.length === MAX_SYNTAX_PROBLEMS) break;
  }
  return problems;
}

function spanOfError(source: Source, error: YAMLError): Span {
  const [start, end] = error.pos;
  const found = source.text.slice(start).match(/^[^\S\n]*\n/);
  // Where something is missing at the end of a line the parser points at the line break.
  if (found !== null && start > 0) return [Math.max(0, source.text.slice(0, start).trimEnd().length - 1), start];
  return [start, Math.max(end, start + 1)];
}

interface Explanation {
  readonly message: string;
  readonly allowed?: string;
}

function explain(error: YAMLError): Explanation {
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return { message: 'a tab in the indentation', allowed: 'spaces, two for each level' };
    case 'BAD_INDENT':
      return {
        message: 'this line is indented differently from its neighbours',
        allowed: 'the same indentation for all keys of a mapping, and for all items of a list',
      };
    case 'BLOCK_AS_IMPLICIT_KEY':
      return {
        message: 'a second `: ` in one line',
        allowed: 'one `key: value` a line, or quotes around a value that has `: ` in it',
      };
    case 'MULTILINE_IMPLICIT_KEY':
      return {
        message: 'a key that goes on in the next line: probably the `:` after it is missing',
        allowed: 'key: value',
      };
    case 'BAD_SCALAR_START':
      return {
        message: 'a value that starts with a character that YAML keeps for itself',
        allowed: 'quotes around it',
      };
    case 'BAD_DQ_ESCAPE':
      return {
        message: 'an escape sequence that YAML does not know',
        allowed: '\\\\ for a backslash, or single quotes around the text',
      };
    case 'BAD_ALIAS':
      return {
        message: 'an alias (`*name`) without an anchor (`&name`) before it',
        allowed: 'quotes around a text that starts with `*` or `&`',
      };
    case 'MULTIPLE_DOCS':
      return { message: 'a second document (`---`)', allowed: 'one document a file' };
    case 'NON_STRING_KEY':
      return { message: 'a key that is a list or a mapping', allowed: 'keys that are plain words' };
    case 'TAG_RESOLVE_FAILED':
      return { message: 'a tag that pinbus does not know', allowed: '!env NAME, !file PATH' };
    case 'MISSING_CHAR':
      return explainMissing(error.message);
    case 'BLOCK_IN_FLOW':
    case 'UNEXPECTED_TOKEN':
      return {
        message: 'something that does not belong here: a bracket or quote before it may be open, or not be needed',
        allowed: 'quotes around text that has one of `{ } [ ] , & * # ? | - < > = ! % @ `` in a place of its own',
      };
    default:
      return { message: 'this is not valid YAML' };
  }
}

/** These messages of the parser have nothing of the text in them. */
function explainMissing(message: string): Explanation {
  if (message.includes('quote'))
    return { message: 'a quote that is never closed', allowed: 'the same quote at the end' };
  if (message.includes('Implicit map keys'))
    return { message: 'a line without a value: `key: value` needs a colon and a space', allowed: 'key: value' };
  if (message.includes('Missing space after :')) return { message: 'no space after the `:`', allowed: 'key: value' };
  if (message.includes('Missing ,'))
    return { message: 'no comma between two items in brackets', allowed: '{ a: 1, b: 2 } and [1, 2]' };
  if (message.includes('without - indicator'))
    return { message: 'an item of a list without its `- `', allowed: '`- ` before each item' };
  if (message.includes('Comments'))
    return {
      message: 'no space before the `#` of a comment',
      allowed: 'a space before `#`, or quotes around a text that has one',
    };
  return {
    message: 'something is missing before this: probably a closing bracket',
    allowed: 'a closing bracket for each open one',
  };
}
