import { formatNumber } from '#topics';
import type { Clock } from '../../clock.ts';
import { Condition } from '../../entity/condition.ts';
import { isWorthTelling, type Told } from '../../entity/thinning.ts';
import { AgentError } from '../../errors.ts';
import type { Entity, EntityContext, EntityReport } from '../platform.ts';
import { measureOf, type SensorConfig } from './config.ts';
import type { Instruments, Measure } from './measure.ts';

/** Measures from time to time. */
export class Sensor implements Entity {
  readonly #config: SensorConfig;
  readonly #measure: Measure;
  readonly #instruments: Instruments;
  readonly #report: EntityReport;
  readonly #condition: Condition;
  readonly #clock: Clock;
  readonly #stopping = new AbortController();
  #failures = 0;
  #told: Told | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(config: SensorConfig, { machine, buses, report, clock, log }: EntityContext) {
    this.#config = config;
    this.#measure = measureOf(config);
    this.#instruments = { machine, buses };
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
    this.#told = undefined;
    return this.#read();
  }

  /** It looks after itself at each reading. */
  async check(): Promise<void> {}

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#cancelTimer?.();
  }

  /** A reading that is as before is reported as well, if `report` does not thin them: `expire_after` counts from the last message. */
  async #read(): Promise<void> {
    const { signal } = this.#stopping;
    try {
      const value = await this.#measure.read(this.#instruments, signal);
      if (signal.aborted) return;
      if (value === undefined)
        throw new AgentError('AGENT_SOURCE_ABSENT', `this machine has no ${this.#config.source}`);
      this.#failures = 0;
      this.#tell(value);
      this.#condition.good();
    } catch (error) {
      if (signal.aborted) return;
      this.#failures += 1;
      this.#told = undefined;
      this.#condition.bad(error, this.#failures, true);
    }
  }

  #tell(value: number): void {
    const at_ms = this.#clock.monotonic();
    if (!isWorthTelling(this.#told, value, at_ms, this.#config.report)) return;
    this.#told = { value, at_ms };
    this.#report.state(formatNumber(value, this.#measure.precision));
  }

  #arm(): void {
    if (this.#stopping.signal.aborted) return;
    this.#cancelTimer = this.#clock.after(this.#config.interval, () => void this.#read().then(() => this.#arm()));
  }
}
