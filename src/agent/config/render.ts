import { AGENT_ERRORS } from '../errors.ts';
import type { Problem, Snippet } from './problem.ts';

export interface RenderOptions {
  readonly colour: boolean;
}

/** Problems as a compiler shows them: the place, the line with a mark under what is meant, what is allowed instead. */
export function renderProblems(problems: readonly Problem[], { colour }: RenderOptions): string {
  const paint = colour ? ANSI : PLAIN;
  return `${problems.map((problem) => renderProblem(problem, paint)).join('\n\n')}\n\n${count(problems)}\n`;
}

type Paint = Readonly<Record<'bold' | 'red' | 'blue' | 'green', (text: string) => string>>;

const ansi = (open: number, close: number) => (text: string) => `\u001b[${open}m${text}\u001b[${close}m`;
const ANSI: Paint = { bold: ansi(1, 22), red: ansi(31, 39), blue: ansi(34, 39), green: ansi(32, 39) };
const plain = (text: string): string => text;
const PLAIN: Paint = { bold: plain, red: plain, blue: plain, green: plain };

function renderProblem(problem: Problem, paint: Paint): string {
  const { at, file } = problem;
  const place = at === undefined ? file : `${file}:${at.line}:${at.column}`;
  const lines = [`${paint.bold(place)}: ${paint.red('error')} ${problem.code}: ${problem.message}`];
  const width = Math.max(
    ...[at, ...problem.related.map((other) => other.at)].map((each) => String(each?.line ?? '').length),
  );
  const gutter = ' '.repeat(width);
  if (at !== undefined) lines.push(...renderSnippet(at, '^', '', width, paint));
  for (const other of problem.related) {
    lines.push(paint.blue(`${gutter} ::: ${file}:${other.at.line}:${other.at.column}`));
    lines.push(...renderSnippet(other.at, '-', other.message, width, paint));
  }
  if (problem.suggestion !== undefined)
    lines.push(`${paint.blue(`${gutter} =`)} did you mean ${paint.green(problem.suggestion)}?`);
  const help = problem.allowed === undefined ? AGENT_ERRORS[problem.code].remedy : `allowed: ${problem.allowed}`;
  lines.push(...wrap(help, gutter, paint));
  return lines.join('\n');
}

function renderSnippet(at: Snippet, mark: string, label: string, width: number, paint: Paint): string[] {
  const bar = paint.blue('|');
  // Tabs stay tabs, so that the mark stands under its text whatever their width.
  const indent = at.text.slice(0, at.caret.start).replace(/[^\t]/g, ' ');
  const underline = `${mark.repeat(at.caret.length)}${label === '' ? '' : ` ${label}`}`;
  return [
    `${paint.blue(String(at.line).padStart(width))} ${bar} ${at.text}`,
    `${' '.repeat(width)} ${bar} ${indent}${mark === '^' ? paint.red(underline) : paint.blue(underline)}`,
  ];
}

const WIDTH = 100;

function wrap(text: string, gutter: string, paint: Paint): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length >= WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((each, index) => (index === 0 ? `${paint.blue(`${gutter} =`)} ${each}` : `${gutter}   ${each}`));
}

function count(problems: readonly Problem[]): string {
  return problems.length === 1 ? '1 problem' : `${problems.length} problems`;
}
