import type { Level } from '#hw';
import type { Clock } from '../../clock.ts';
import { Condition } from '../../entity/condition.ts';
import { DebouncedInput } from '../../entity/debounced-input.ts';
import { deadline, elapse, onPress, pressAtStart, type PressState, type PressStep } from '../../entity/press.ts';
import type { Entity, EntityContext, EntityReport } from '../platform.ts';
import type { EventConfig } from './config.ts';

export class PressSensor implements Entity {
  readonly #config: EventConfig;
  readonly #input: DebouncedInput;
  readonly #report: EntityReport;
  readonly #clock: Clock;
  #state: PressState = pressAtStart(false);
  #cancelTimer: (() => void) | undefined;

  constructor(config: EventConfig, { driver, report, clock, log }: EntityContext) {
    const { line, bias, active_low, debounce } = config;
    this.#config = config;
    this.#report = report;
    this.#clock = clock;
    this.#input = new DebouncedInput({
      open: () => driver.openInput({ line, bias, active_low, debounce_ms: debounce }),
      still: { active_ms: debounce, inactive_ms: debounce },
      found: (pressed) => this.#take({ state: pressAtStart(pressed), events: [] }),
      changed: (pressed, at_ms) => this.#changed(pressed, at_ms),
      condition: new Condition(report, log),
      clock,
    });
  }

  start(signal: AbortSignal): Promise<void> {
    return this.#input.start(signal);
  }

  /** An event that is over is not told again. */
  refresh(): Promise<void> {
    return this.#input.check();
  }

  check(): Promise<void> {
    return this.#input.check();
  }

  async stop(): Promise<void> {
    await this.#input.stop();
    this.#cancelTimer?.();
  }

  #changed(pressed: Level, at_ms: number): void {
    this.#take(onPress(this.#state, pressed, at_ms, this.#config));
  }

  #take({ state, events }: PressStep): void {
    this.#state = state;
    for (const event of events) this.#report.event({ ...event });
    this.#cancelTimer?.();
    const due_ms = deadline(state, this.#config);
    if (due_ms === undefined) return;
    const left_ms = Math.max(0, Math.ceil(due_ms - this.#clock.monotonic()));
    this.#cancelTimer = this.#clock.after(left_ms, () =>
      this.#take(elapse(this.#state, this.#clock.monotonic(), this.#config)),
    );
  }
}
