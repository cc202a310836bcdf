import { parsePress } from '#topics';
import type { Clock } from '../../clock.ts';
import { Condition } from '../../entity/condition.ts';
import { offline } from '../../entity/refusals.ts';
import { Truth } from '../../entity/truth.ts';
import type { CommandRefusal, Entity, EntityContext } from '../platform.ts';
import type { ButtonConfig } from './config.ts';

export class Button implements Entity {
  readonly #config: ButtonConfig;
  readonly #truth: Truth<boolean>;
  readonly #clock: Clock;
  #active = false;
  #cancelEnd: (() => void) | undefined;

  constructor(config: ButtonConfig, { driver, report, clock, log }: EntityContext) {
    const { line, active_low, drive } = config;
    this.#config = config;
    this.#clock = clock;
    this.#truth = new Truth<boolean>({
      open: (initial) => driver.openOutput({ line, active_low, drive, initial }),
      first: false,
      same: (a, b) => a === b,
      seen: (active) => this.#seen(active),
      done: () => report.done(),
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
    const press = parsePress(payload);
    if (!press.ok) return press;
    if (this.#truth.parked) return offline();
    if (this.#truth.wanted || this.#active) {
      return { code: 'AGENT_BUTTON_BUSY', message: 'the pulse of the press before is not over' };
    }
    this.#truth.request(true);
    return undefined;
  }

  async stop(): Promise<void> {
    try {
      await this.#truth.stop(false);
    } finally {
      this.#cancelEnd?.();
    }
  }

  /** The pulse is counted from the moment that the line was read active, whoever moved it. */
  #seen(active: boolean): void {
    if (active === this.#active) return;
    this.#active = active;
    this.#cancelEnd?.();
    if (active) this.#cancelEnd = this.#clock.after(this.#config.pulse, () => this.#truth.request(false));
  }
}
