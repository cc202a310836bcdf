import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import type { LogLevel } from '../config/config.ts';
import { errorLine } from './error-line.ts';
import { LogOutput, toStandardOutput } from './output.ts';
import { CENSORED, redactLine, redactPaths } from './redact.ts';

/**
 * The log of the process: JSON lines, or colours where a person looks. Every component has a child of it, and all of them
 * follow one level that can change at any time.
 */
export class Log {
  readonly root: Logger;

  constructor(level: LogLevel, stream: DestinationStream) {
    this.root = pino(
      {
        level,
        base: null,
        timestamp: stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
        serializers: { err: errorLine },
        redact: { paths: redactPaths, censor: CENSORED },
        hooks: { streamWrite: redactLine },
      },
      stream,
    );
  }

  /** The log of one component, named as its folder is. */
  component(name: string): Logger {
    return this.root.child({ component: name });
  }

  get level(): string {
    return this.root.level;
  }

  /** For every component, those made before included: a child of pino's that was given no level has that of its parent. */
  setLevel(level: LogLevel): void {
    this.root.level = level;
  }
}

/** Standard output: colours on a terminal, JSON elsewhere. The last lines before an exit are written. */
export async function standardOutput(is_terminal: boolean): Promise<DestinationStream> {
  // Loaded here because it costs a start 40 ms that a service does not need to spend.
  const format = is_terminal ? (await import('./pretty.ts')).prettyLine() : undefined;
  const output = new LogOutput({ write: toStandardOutput, format });
  process.once('exit', () => output.flush());
  return output;
}
