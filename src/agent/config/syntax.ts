import { type Document, visit, type YAMLError } from 'yaml';
import type { Problem } from './problem.ts';
import { snippet, type Source, type Span } from './source.ts';

/** One slip makes the parser stumble again and again; the first stumbles name it. */
const MAX_SYNTAX_PROBLEMS = 5;

/** The parser's errors in words that name the slip, without the text it found, which may be a secret. */
export function explainSyntax(source: Source, yaml: Document.Parsed): Problem[] {
  const problems: Problem[] = [];
  const lines = new Set<number>();
  for (const { span, code, explanation } of slipsIn(source, yaml).sort((a, b) => a.span[0] - b.span[0])) {
    const at = snippet(source, span);
    // An error that is caused by another mostly stands on the same line.
    if (lines.has(at.line)) continue;
    lines.add(at.line);
    problems.push({ code, file: source.file, at, related: [], ...explanation });
    if (problems.length === MAX_SYNTAX_PROBLEMS) break;
  }
  return problems;
}

interface Slip {
  readonly span: Span;
  readonly code: 'CONFIG_SYNTAX' | 'CONFIG_UNKNOWN_TAG';
  readonly explanation: Explanation;
}

function slipsIn(source: Source, yaml: Document.Parsed): Slip[] {
  const warnings = yaml.warnings.filter(({ code }) => code === 'TAG_RESOLVE_FAILED');
  const slips = [...yaml.errors, ...warnings].map((error): Slip => {
    const code = error.code === 'TAG_RESOLVE_FAILED' ? 'CONFIG_UNKNOWN_TAG' : 'CONFIG_SYNTAX';
    const explanation = explain(error);
    const comment = explanation === OPEN_BRACKET ? commentInBrackets(source.text, error.pos[0]) : undefined;
    if (comment !== undefined) return { span: [comment, comment + 1], code, explanation: SWALLOWED };
    return { span: spanOfError(source, yaml, error), code, explanation };
  });
  visit(yaml, {
    // The parser leaves these to whoever asks for the value.
    Alias(_, alias) {
      if (!alias.range || alias.resolve(yaml) !== undefined) return;
      slips.push({ span: [alias.range[0], alias.range[1]], code: 'CONFIG_SYNTAX', explanation: LOST_ALIAS });
    },
  });
  return slips;
}

function spanOfError({ text }: Source, yaml: Document.Parsed, error: YAMLError): Span {
  const [start, end] = error.pos;
  // An open quote is noticed where the file ends; what has to be found is where it begins.
  const quoted = error.message.includes('quote') ? scalarOver(yaml, start) : undefined;
  if (quoted !== undefined) return [quoted, quoted + 1];
  // Where something is missing at the end of a line the parser points at the line break.
  if (start > 0 && /^[^\S\n]*\n/.test(text.slice(start)))
    return [Math.max(0, text.slice(0, start).trimEnd().length - 1), start];
  return [start, Math.max(end, start + 1)];
}

/** Where the value of a key in brackets would be and a comment is, before an offset: an unquoted `#` is a topic filter to many. */
function commentInBrackets(text: string, before: number): number | undefined {
  const match = /[{[][^\n#]*:[^\S\n]+(?=#)/.exec(text.slice(0, before));
  return match ? match.index + match[0].length : undefined;
}

/** Where the value begins that reaches over an offset. */
function scalarOver(yaml: Document.Parsed, offset: number): number | undefined {
  let begin: number | undefined;
  visit(yaml, {
    Scalar(_, { range }) {
      if (range && range[0] <= offset && offset <= range[1]) begin = range[0];
    },
  });
  return begin;
}

interface Explanation {
  readonly message: string;
  readonly allowed?: string;
}

const OPEN_BRACKET: Explanation = {
  message: 'a `{` or `[` before this is still open',
  allowed: 'a closing bracket for each open one',
};

const SWALLOWED: Explanation = {
  message: 'here begins a comment, which takes the rest of the line, closing brackets included',
  allowed: 'quotes around a value that starts with `#`, such as "#"',
};

const UNEVEN: Explanation = {
  message: 'this line is indented differently from its neighbours',
  allowed: 'the same indentation for all keys of a mapping, and `- ` in the same column for all items of a list',
};

const LOST_ALIAS: Explanation = {
  message: 'an alias (`*name`) without an anchor (`&name`) before it',
  allowed: 'quotes around a text that starts with `*` or `&`',
};

function explain(error: YAMLError): Explanation {
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return { message: 'a tab in the indentation', allowed: 'spaces, two for each level' };
    case 'BAD_INDENT':
      return error.message.startsWith('Flow') ? OPEN_BRACKET : UNEVEN;
    case 'BLOCK_AS_IMPLICIT_KEY':
      return {
        message: 'a second `: ` in one value; or the line below is indented too far',
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
      return LOST_ALIAS;
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
        message: 'something that does not belong here',
        allowed:
          'a comma between items, a closing bracket or quote for each open one, quotes around text with special characters',
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
