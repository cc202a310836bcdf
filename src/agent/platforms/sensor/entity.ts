import type { Machine } from '#hw';
import { formatNumber } from '#topics';
import type { Clock } from '../../clock.ts';
import { Condition } from '../../entity/condition.ts';
import { AgentError } from '../../errors.ts';
import type { Entity, EntityContext, EntityReport } from '../platform.ts';
import type { SensorConfig } from './config.ts';
import { type Source, SOURCES } from './sources.ts';

export class MachineSensor implements Entity {
  readonly #config: SensorConfig;
  readonly #source: Source;
  readonly #machine: Machine;
  readonly #report: EntityReport;
  readonly #condition: Condition;
  readonly #clock: Clock;
  #failures = 0;
  #stopped = false;
  #cancelTimer: (() => void) | undefined;

  constructor(config: SensorConfig, { machine, report, clock, log }: EntityContext) {
    this.#config = config;
    this.#source = SOURCES[config.source];
    this.#machine = machine;
    this.#report = report;
    this.#condition = new Condition(report, log);
    this.#clock = clock;
  }

  async start(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await this.#read();
    this.#arm();
  }

  refresh(): Promise<void> {
    return this.#read();
  }

  /** It looks after itself at each reading. */
  async check(): Promise<void> {}

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTimer?.();
  }

  /** Each reading is reported, also one that is as before: `expire_after` counts from the last message. */
  async #read(): Promise<void> {
    try {
      const value = await this.#source.read(this.#machine);
      if (this.#stopped) return;
      if (value === undefined)
        throw new AgentError('AGENT_SOURCE_ABSENT', `this machine has no ${this.#config.source}`);
      this.#failures = 0;
      this.#report.state(formatNumber(value, this.#source.precision));
      this.#condition.good();
    } catch (error) {
      this.#failures += 1;
      this.#condition.bad(error, this.#failures, true);
    }
  }

  #arm(): void {
    if (this.#stopped) return;
    this.#cancelTimer = this.#clock.after(this.#config.interval, () => void this.#read().then(() => this.#arm()));
  }
}
