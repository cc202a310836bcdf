import { formatOnOff } from '#topics';
import { Condition } from '../../entity/condition.ts';
import { DebouncedInput } from '../../entity/debounced-input.ts';
import type { Entity, EntityContext, EntityReport } from '../platform.ts';
import type { BinarySensorConfig } from './config.ts';

export class BinarySensor implements Entity {
  readonly #input: DebouncedInput;
  readonly #report: EntityReport;

  constructor(config: BinarySensorConfig, { driver, report, clock, log }: EntityContext) {
    const { line, bias, active_low, debounce, on_delay, off_delay } = config;
    this.#report = report;
    this.#input = new DebouncedInput({
      open: () => driver.openInput({ line, bias, active_low, debounce_ms: debounce }),
      still: { active_ms: Math.max(debounce, on_delay), inactive_ms: Math.max(debounce, off_delay) },
      found: (level) => report.state(formatOnOff(level)),
      changed: (level) => report.state(formatOnOff(level)),
      condition: new Condition(report, log),
      clock,
    });
  }

  start(signal: AbortSignal): Promise<void> {
    return this.#input.start(signal);
  }

  async refresh(): Promise<void> {
    await this.#input.check();
    const { level } = this.#input;
    if (level !== undefined) this.#report.state(formatOnOff(level));
  }

  check(): Promise<void> {
    return this.#input.check();
  }

  stop(): Promise<void> {
    return this.#input.stop();
  }
}
