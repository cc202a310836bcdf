import { AgentError, type AgentErrorCode } from '../errors.ts';

/** A code for something wrong inside the config file; the table in ../errors.ts has each one's remedy. */
export type ProblemCode = Extract<AgentErrorCode, `CONFIG_${string}`>;

/** A place in a file with the line of source it is on, secrets already hidden. */
export interface Snippet {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units as editors count them. */
  readonly column: number;
  /** The line as it may be shown. */
  readonly text: string;
  /** 0-based start and length of what is meant, within `text`. */
  readonly caret: { readonly start: number; readonly length: number };
}

/** One thing that is wrong with the config. */
export interface Problem {
  readonly code: ProblemCode;
  readonly file: string;
  /** Missing when the file as a whole is meant. */
  readonly at?: Snippet;
  /** What was found. Never contains a secret. */
  readonly message: string;
  /** What is allowed in its place. */
  readonly allowed?: string;
  /** The nearest right spelling. */
  readonly suggestion?: string;
  /** Other places that have a part in it. */
  readonly related: readonly RelatedPlace[];
}

interface RelatedPlace {
  readonly message: string;
  readonly at: Snippet;
}

/** Thrown by `loadConfig` with everything that is wrong, in the order of the file. Never empty. */
export class ConfigError extends AgentError {
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[], options?: ErrorOptions) {
    const first = problems[0];
    super(
      first?.at === undefined && first !== undefined ? first.code : 'CONFIG_INVALID',
      summary(file, problems),
      options,
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

function summary(file: string, problems: readonly Problem[]): string {
  const [first] = problems;
  if (first === undefined) return file;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return `${placeOf(first)}: ${first.message}${more}`;
}

/** `file:line:column`, or the file where it is meant as a whole. */
export const placeOf = ({ file, at }: Problem): string => (at === undefined ? file : `${file}:${at.line}:${at.column}`);
