import type { ExitCode } from '../lifecycle/exit-code.ts';

/** Thrown by a command that has already said what there is to say: the process ends with this code. */
export class Exit extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode) {
    super(`exit ${exitCode}`);
    this.name = 'Exit';
    this.exitCode = exitCode;
  }
}
