import type { Config } from '../../config/config.ts';
import type { LoadedConfig } from '../../config/load.ts';
import { ConfigError } from '../../config/problem.ts';
import type { ExitCode } from '../../lifecycle/exit-code.ts';

/** One line of the doctor's report. */
export interface Finding {
  readonly verdict: 'ok' | 'warn' | 'fail';
  readonly message: string;
  /** What to do; there for each finding that is not `ok`. */
  readonly remedy?: string;
}

export interface Patient {
  /** Or why there is none that can be used; what needs a config then has nothing to look at. */
  readonly loaded: LoadedConfig | ConfigError;
}

/** Something to look at. It never throws for what it looks for, and waits a few seconds at most. */
export interface Check {
  readonly name: string;
  /** How the command ends when this is what failed. */
  readonly exit: ExitCode;
  run(patient: Patient): Promise<readonly Finding[]>;
}

export const ok = (message: string): Finding => ({ verdict: 'ok', message });
export const warn = (message: string, remedy: string): Finding => ({ verdict: 'warn', message, remedy });
export const fail = (message: string, remedy: string): Finding => ({ verdict: 'fail', message, remedy });

export function configOf({ loaded }: Patient): Config | undefined {
  return loaded instanceof ConfigError ? undefined : loaded.config;
}
