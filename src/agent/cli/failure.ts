import { ConfigError } from '../config/problem.ts';
import { renderProblems } from '../config/render.ts';
import type { Io } from './io.ts';
import { paint } from './paint.ts';

/** What a person is told when a command failed: the code in docs/ERRORS.md, one sentence and what to do; all that is wrong with a config; the stack only when the fault is ours. */
export function describeFailure(error: unknown, { colour }: Pick<Io, 'colour'>): string {
  const colours = paint(colour);
  const label = (code?: string) => colours.red(code === undefined ? 'error:' : `error ${code}:`);
  if (error instanceof ConfigError) return renderProblems(error.problems, { colour });
  if (hasRemedy(error)) return `${label(error.code)} ${error.message}\n  ${colours.dim(error.remedy)}\n`;
  if (error instanceof Error && 'syscall' in error) return `${label()} ${error.message}\n`;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${label()} a fault of pinbus itself\n${detail}\n`;
}

/** Every error of ours has one. Those of the hardware are of another class, which is not loaded for a command that fails without it. */
const hasRemedy = (error: unknown): error is Error & { readonly code: string; readonly remedy: string } =>
  error instanceof Error &&
  'remedy' in error &&
  typeof error.remedy === 'string' &&
  'code' in error &&
  typeof error.code === 'string';
