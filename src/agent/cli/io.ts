import type { Readable, Writable } from 'node:stream';
import { ReadStream, WriteStream } from 'node:tty';

/** All that a command has of the outside world, so that a test can stand in for it. */
export interface Io {
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly stdin: Readable;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Standard output is a terminal that can move its cursor. */
  readonly isTerminal: boolean;
  /** Standard output may be coloured. */
  readonly colour: boolean;
  /** Width of the terminal in columns; 80 where there is none. */
  readonly columns: number;
}

export function processIo(): Io {
  const { stdout, stderr, stdin, env } = process;
  const isTerminal = stdout instanceof WriteStream && env['TERM'] !== 'dumb';
  return {
    stdout,
    stderr,
    stdin,
    env,
    cwd: process.cwd(),
    isTerminal,
    colour: wantsColour(env, isTerminal),
    get columns() {
      return stdout instanceof WriteStream ? stdout.columns : 80;
    },
  };
}

/** https://no-color.org and https://force-color.org: any value that is not empty counts. */
export function wantsColour(env: Io['env'], isTerminal: boolean): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0';
  return isTerminal;
}

/** Standard input, when a person types there. */
export function keyboardOf(io: Io): ReadStream | undefined {
  return io.stdin instanceof ReadStream ? io.stdin : undefined;
}

/** Both ends of the conversation, when a person sits at them. */
export interface Terminal {
  readonly input: ReadStream;
  readonly output: WriteStream;
}

export function terminalOf(io: Io): Terminal | undefined {
  const input = keyboardOf(io);
  if (!io.isTerminal || input === undefined || !(io.stdout instanceof WriteStream)) return undefined;
  return { input, output: io.stdout };
}
