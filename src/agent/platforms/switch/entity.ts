import { formatOnOff, parseOnOff } from '#topics';
import type { Clock } from '../../clock.ts';
import { Condition } from '../../entity/condition.ts';
import { offline } from '../../entity/refusals.ts';
import { Truth } from '../../entity/truth.ts';
import type { CommandRefusal, Entity, EntityContext, EntityReport } from '../platform.ts';
import type { SwitchConfig } from './config.ts';

export class Switch implements Entity {
  readonly #config: SwitchConfig;
  readonly #truth: Truth<boolean>;
  readonly #report: EntityReport;
  readonly #clock: Clock;
  #on: boolean | undefined;
  /** On the monotonic clock. An output that starts off counts from its start: nobody knows what was before. */
  #offSince_ms = Number.NEGATIVE_INFINITY;
  #cancelMaxOn: (() => void) | undefined;

  constructor(config: SwitchConfig, { driver, report, clock, log, last_state }: EntityContext) {
    const { line, active_low, drive, on_start } = config;
    this.#config = config;
    this.#report = report;
    this.#clock = clock;
    this.#truth = new Truth<boolean>({
      open: (initial) => driver.openOutput({ line, active_low, drive, initial }),
      first: on_start === 'restore' ? last_state?.toString() === formatOnOff(true) : on_start === 'on',
      same: (a, b) => a === b,
      seen: (on) => this.#seen(on),
      done: () => report.done(),
      wait: (on) => (on && this.#on === false ? this.#offSince_ms + config.min_off - clock.monotonic() : 0),
      condition: new Condition(report, log),
      clock,
      log,
    });
  }

  start(signal: AbortSignal): Promise<void> {
    return this.#truth.start(signal);
  }

  refresh(): Promise<void> {
    return this.#truth.refresh();
  }

  check(): Promise<void> {
    return this.#truth.check();
  }

  command(payload: Buffer): CommandRefusal | undefined {
    const command = parseOnOff(payload);
    if (!command.ok) return command;
    if (this.#truth.parked) return offline();
    this.#truth.request(command.value === 'TOGGLE' ? !this.#truth.wanted : command.value === 'ON');
    return undefined;
  }

  async stop(): Promise<void> {
    const { on_stop } = this.#config;
    try {
      await this.#truth.stop(on_stop === 'keep' ? undefined : on_stop === 'on');
    } finally {
      this.#cancelMaxOn?.();
    }
  }

  /** Whoever moved the line: the bounds of time hold for what it does, not for what was commanded. */
  #seen(on: boolean): void {
    if (!on && this.#on !== false) this.#offSince_ms = this.#clock.monotonic();
    this.#on = on;
    this.#boundOnTime(on);
    this.#report.state(formatOnOff(on));
  }

  /** A line that is found on again after its time was up, because it could not be switched off, gets a new bound. */
  #boundOnTime(on: boolean): void {
    const { max_on } = this.#config;
    if (!on) {
      this.#cancelMaxOn?.();
      this.#cancelMaxOn = undefined;
    } else if (max_on !== undefined) {
      this.#cancelMaxOn ??= this.#clock.after(max_on, () => {
        this.#cancelMaxOn = undefined;
        this.#truth.request(false);
      });
    }
  }
}
