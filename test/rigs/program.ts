import { type ChildProcess, spawn } from 'node:child_process';
import { until } from './until.ts';

/** How a program ended: its exit code, or the signal that killed it. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ProgramSettings {
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Bytes kept of each stream: enough for any test, and a bound for a program that runs wild; followers see it all. */
const KEPT_OUTPUT = 16 * 1024 * 1024;

/** A real program as a child process: its output kept line by line, ended by its own pid, never outliving the test run. */
export class Program {
  readonly stdout: string[] = [];
  readonly stderr: string[] = [];
  readonly #followers = new Set<(line: string) => void>();
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #name: string;
  #exit: Exit | undefined;

  constructor(command: string, args: readonly string[], settings: ProgramSettings = {}) {
    this.#name = [command, ...args].join(' ');
    // A test run that is killed takes its programs along: the kernel sees to it, however it ended.
    this.#child = spawn('setpriv', ['--pdeathsig', 'SIGKILL', '--', command, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(settings.cwd === undefined ? {} : { cwd: settings.cwd }),
      env: { ...process.env, ...settings.env },
    });
    keepLines(this.#child.stdout, this.stdout, (line) => {
      for (const follower of this.#followers) follower(line);
    });
    keepLines(this.#child.stderr, this.stderr);
    this.exited = new Promise((resolve) => {
      const done = (exit: Exit): void => {
        this.#exit = exit;
        resolve(exit);
      };
      this.#child.once('error', (error) => {
        this.stderr.push(error.message);
        done({ code: 127, signal: null });
      });
      this.#child.once('close', (code, signal) => done({ code, signal }));
    });
    // A program that ended while it was being written to: `exited` tells that.
    this.#child.stdin?.on('error', () => {});
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.#name} did not start: ${this.stderr.join('\n')}`);
    return this.#child.pid;
  }

  /** How it ended; undefined while it runs. */
  get exit(): Exit | undefined {
    return this.#exit;
  }

  write(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** SIGTERM, and SIGKILL when that is not obeyed in `grace_ms`. */
  async stop(grace_ms = 10_000): Promise<Exit> {
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), grace_ms);
    const exit = await this.exited;
    clearTimeout(timer);
    return exit;
  }

  async kill(): Promise<Exit> {
    this.signal('SIGKILL');
    return this.exited;
  }

  /** Calls the follower for every line of stdout, from the first on. */
  follow(follower: (line: string) => void): () => void {
    for (const line of this.stdout) follower(line);
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  /** Waits until `find` gives something for a line of its output; fails at once, with its last words, when it ends first. */
  async line<T>(what: string, find: (line: string) => T | undefined, deadline_ms = 10_000): Promise<T> {
    let found: { readonly value: T } | undefined;
    const unfollow = this.follow((line) => {
      const value = found ? undefined : find(line);
      if (value !== undefined) found = { value };
    });
    try {
      const { value } = await until(
        `${what} from ${this.#name}`,
        () => {
          if (!found && this.#exit) throw new Error(`${this.#name} ended before ${what}: ${this.lastWords()}`);
          return found;
        },
        deadline_ms,
      );
      return value;
    } finally {
      unfollow();
    }
  }

  lastWords(): string {
    return JSON.stringify(
      { exit: this.#exit, stdout: this.stdout.slice(-15), stderr: this.stderr.slice(-30) },
      undefined,
      1,
    );
  }
}

function keepLines(stream: NodeJS.ReadableStream | null, lines: string[], follower?: (line: string) => void): void {
  let rest = '';
  let size = 0;
  const keep = (line: string): void => {
    size += line.length;
    if (size <= KEPT_OUTPUT) lines.push(line);
    follower?.(line);
  };
  stream?.setEncoding('utf8');
  stream?.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    parts.forEach(keep);
  });
  stream?.on('end', () => {
    if (rest !== '') keep(rest);
  });
}
