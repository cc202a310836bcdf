import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import type { LoadedConfig } from '../config/load.ts';
import { ConfigError, placeOf } from '../config/problem.ts';
import { applyConfig, type ReloadOutcome } from './apply.ts';
import type { ReloadTarget } from './target.ts';

/** Why the config is read again. */
export type ReloadReason = 'signal' | 'file' | 'call';

/** What a person or program that asked for a reload is told. */
export interface ReloadReport {
  readonly reason: ReloadReason;
  readonly applied: readonly string[];
  readonly rolled_back: readonly string[];
  readonly stuck: readonly string[];
  readonly needs_restart: readonly string[];
  /** Why nothing was applied: a ConfigError with its problems, or what a step failed with. */
  readonly error?: unknown;
}

export interface ReloadParts {
  /** Reads the config again, from the same place. */
  readonly load: () => Promise<LoadedConfig>;
  readonly target: ReloadTarget;
  readonly log: Logger;
  /** Told about every reload that did or tried something. */
  readonly onReport: (report: ReloadReport) => void;
}

/**
 * Applies changes of the config to the running node. One at a time; what is asked for meanwhile becomes one more, for it
 * would read the same file.
 */
export class Reload {
  readonly #parts: ReloadParts;
  #running: Config;
  #current: Promise<ReloadReport> | undefined;
  #next: Promise<ReloadReport> | undefined;
  /** The last attempt failed, and the log says so. */
  #failing = false;

  constructor(running: Config, parts: ReloadParts) {
    this.#running = running;
    this.#parts = parts;
  }

  /** The config that the node runs by. */
  get running(): Config {
    return this.#running;
  }

  /** Reads the config and applies what changed. Never rejects: the report says what failed. */
  run(reason: ReloadReason): Promise<ReloadReport> {
    if (this.#current === undefined) {
      this.#current = this.#reload(reason).finally(() => {
        this.#current = undefined;
      });
      return this.#current;
    }
    this.#next ??= this.#current.then(() => {
      this.#next = undefined;
      return this.run(reason);
    });
    return this.#next;
  }

  async #reload(reason: ReloadReason): Promise<ReloadReport> {
    const report = { reason, ...(await this.#attempt()) };
    this.#tell(report);
    return report;
  }

  async #attempt(): Promise<Omit<ReloadReport, 'reason'>> {
    let wanted: Config;
    try {
      wanted = (await this.#parts.load()).config;
    } catch (error) {
      return { applied: [], rolled_back: [], stuck: [], needs_restart: [], error };
    }
    const { running, ...outcome }: ReloadOutcome = await applyConfig(this.#parts.target, this.#running, wanted);
    this.#running = running;
    return outcome;
  }

  #tell(report: ReloadReport): void {
    const { log, onReport } = this.#parts;
    const { reason, applied, rolled_back, stuck, needs_restart, error } = report;
    if (error instanceof ConfigError) {
      const problems = error.problems.map((problem) => `${placeOf(problem)}: ${problem.code}: ${problem.message}`);
      log.error({ reason, code: error.code, problems }, 'the config is wrong: nothing changes');
    } else if (error !== undefined) {
      log.error({ reason, rolled_back, stuck, err: error }, 'the config was not applied: all was taken back');
    }
    if (applied.length > 0) log.info({ reason, applied }, 'the config was applied');
    if (needs_restart.length > 0) log.warn({ reason, needs_restart }, 'settings that take a restart stay as they are');
    const mended = this.#failing && error === undefined;
    this.#failing = error !== undefined;
    if (error === undefined && applied.length + needs_restart.length === 0) {
      if (mended) log.info({ reason }, 'the config is right again, and what runs already');
      else log.debug({ reason }, 'nothing in the config changed');
      return;
    }
    onReport(report);
  }
}
