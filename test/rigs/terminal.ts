import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { until } from './until.ts';

const AT_TERMINAL = fileURLToPath(new URL('at_terminal.py', import.meta.url));

export interface TerminalSettings {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A program at a real pseudo terminal, with all that it wrote there. */
export class TerminalProgram {
  output = '';
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcess;

  constructor(command: readonly string[], settings: TerminalSettings = {}) {
    const { columns = 100, rows = 30, env = {}, cwd = process.cwd() } = settings;
    this.#child = spawn('python3', [AT_TERMINAL, String(columns), String(rows), ...command], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, TERM: 'xterm-256color', NO_COLOR: '', ...env },
      cwd,
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.output += text;
    });
    this.exited = new Promise((resolve) => this.#child.once('close', resolve));
  }

  type(keys: string): void {
    this.#child.stdin?.write(`${JSON.stringify({ keys })}\n`);
  }

  resize(columns: number, rows: number): void {
    this.#child.stdin?.write(`${JSON.stringify({ size: [columns, rows] })}\n`);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.stdin?.write(`${JSON.stringify({ signal })}\n`);
  }

  /** Waits for output that comes after `from`, an earlier length of the output. */
  async shows(text: string | RegExp, from = 0): Promise<void> {
    await until(
      `the terminal to show ${text}`,
      () => {
        const after = this.output.slice(from);
        return typeof text === 'string' ? after.includes(text) : text.test(after);
      },
      15_000,
    );
  }

  /** Hangs up and waits for the end. */
  async close(): Promise<void> {
    this.#child.stdin?.end();
    await this.exited;
  }
}
