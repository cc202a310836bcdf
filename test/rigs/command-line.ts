import { Readable, Writable } from 'node:stream';
import type { Io } from '../../src/agent/cli/io.ts';
import { run } from '../../src/agent/cli/run.ts';

export interface CommandLineSettings {
  readonly env?: Io['env'];
  readonly cwd?: string;
  readonly stdin?: string;
}

export interface CommandLineResult {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line in this process, not at a terminal, to its end. */
export async function commandLine(
  argv: readonly string[],
  settings: CommandLineSettings = {},
): Promise<CommandLineResult> {
  const command = startCommandLine(argv, settings);
  const exit = await command.exited;
  return { exit, out: command.out(), err: command.err() };
}

export interface RunningCommandLine {
  readonly exited: Promise<number>;
  out(): string;
  err(): string;
}

/** The same, for a command that goes on. */
export function startCommandLine(argv: readonly string[], settings: CommandLineSettings = {}): RunningCommandLine {
  const out = new Collector();
  const err = new Collector();
  const exited = run(argv, {
    stdout: out,
    stderr: err,
    stdin: Readable.from(settings.stdin === undefined ? [] : [Buffer.from(settings.stdin)]),
    env: settings.env ?? {},
    cwd: settings.cwd ?? process.cwd(),
    isTerminal: false,
    colour: false,
    columns: 80,
  });
  return { exited, out: () => out.text, err: () => err.text };
}

class Collector extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
