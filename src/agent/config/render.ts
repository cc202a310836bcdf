import { type Paint, paint } from '../cli/paint.ts';
import { AGENT_ERRORS } from '../errors.ts';
import { placeOf, type Problem, type Snippet } from './problem.ts';

export interface RenderOptions {
  readonly colour: boolean;
}

/** Problems as a compiler shows them: the place, the line with a mark under what is meant, what is allowed instead. */
export function renderProblems(problems: readonly Problem[], { colour }: RenderOptions): string {
  const colours = paint(colour);
  return `${problems.map((problem) => renderProblem(problem, colours)).join('\n\n')}\n\n${count(problems)}\n`;
}

function renderProblem(problem: Problem, colours: Paint): string {
  const { at, file } = problem;
  const lines = [`${colours.bold(placeOf(problem))}: ${colours.red('error')} ${problem.code}: ${problem.message}`];
  const width = Math.max(
    ...[at, ...problem.related.map((other) => other.at)].map((each) => String(each?.line ?? '').length),
  );
  const gutter = ' '.repeat(width);
  if (at !== undefined) lines.push(...renderSnippet(at, '^', '', width, colours));
  for (const other of problem.related) {
    lines.push(colours.blue(`${gutter} ::: ${file}:${other.at.line}:${other.at.column}`));
    lines.push(...renderSnippet(other.at, '-', other.message, width, colours));
  }
  if (problem.suggestion !== undefined)
    lines.push(`${colours.blue(`${gutter} =`)} did you mean ${colours.green(problem.suggestion)}?`);
  const help = problem.allowed === undefined ? AGENT_ERRORS[problem.code].remedy : `allowed: ${problem.allowed}`;
  lines.push(...wrap(help, gutter, colours));
  return lines.join('\n');
}

function renderSnippet(at: Snippet, mark: string, label: string, width: number, colours: Paint): string[] {
  const bar = colours.blue('|');
  // Tabs stay tabs, so that the mark stands under its text whatever their width.
  const indent = at.text.slice(0, at.caret.start).replace(/[^\t]/g, ' ');
  const underline = `${mark.repeat(at.caret.length)}${label === '' ? '' : ` ${label}`}`;
  return [
    `${colours.blue(String(at.line).padStart(width))} ${bar} ${at.text}`,
    `${' '.repeat(width)} ${bar} ${indent}${mark === '^' ? colours.red(underline) : colours.blue(underline)}`,
  ];
}

const WIDTH = 100;

function wrap(text: string, gutter: string, colours: Paint): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length >= WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((each, index) => (index === 0 ? `${colours.blue(`${gutter} =`)} ${each}` : `${gutter}   ${each}`));
}

function count(problems: readonly Problem[]): string {
  return problems.length === 1 ? '1 problem' : `${problems.length} problems`;
}
