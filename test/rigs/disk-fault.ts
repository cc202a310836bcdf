import { execFileSync } from 'node:child_process';
import { Program } from './program.ts';
import { until } from './until.ts';

/** Why no disk can be made to fail here; undefined: it can. */
export function whyNoDiskFault(): string | undefined {
  if (process.getuid?.() !== 0) return 'changing what a program gets from the kernel needs root';
  try {
    execFileSync('strace', ['-e', 'trace=none', 'true'], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return `strace cannot be used here: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** What becomes of every fsync of a program while this goes on. */
export class DiskFault {
  readonly #strace: Program;

  private constructor(strace: Program) {
    this.#strace = strace;
  }

  static fails(pid: number): Promise<DiskFault> {
    return DiskFault.#begin(pid, 'error=EIO');
  }

  static takes(pid: number, ms: number): Promise<DiskFault> {
    return DiskFault.#begin(pid, `delay_enter=${ms * 1000}`);
  }

  static async #begin(pid: number, fault: string): Promise<DiskFault> {
    const calls = 'fsync,fdatasync';
    const options = [
      '-f',
      '-p',
      String(pid),
      '-o',
      '/dev/null',
      '-e',
      `trace=${calls}`,
      '-e',
      `inject=${calls}:${fault}`,
    ];
    const strace = new Program('strace', options);
    await until(
      'strace',
      () => {
        if (strace.exit !== undefined) throw new Error(`strace ended: ${strace.lastWords()}`);
        return strace.stderr.some((line) => line.includes('attached'));
      },
      10_000,
    );
    return new DiskFault(strace);
  }

  /** The disk is as before. */
  async end(): Promise<void> {
    this.#strace.signal('SIGINT');
    await this.#strace.exited;
  }
}
