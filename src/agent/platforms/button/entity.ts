import type { Origin } from '#broker';
import { parsePress } from '#topics';
import type { Clock } from '../../clock.ts';
import type { Cause } from '../../entity/cause.ts';
import { Condition } from '../../entity/condition.ts';
import { OutputEntity } from '../../entity/output-entity.ts';
import { offline } from '../../entity/refusals.ts';
import { Truth } from '../../entity/truth.ts';
import type { CommandRefusal, EntityContext } from '../platform.ts';
import type { ButtonConfig } from './config.ts';

export class Button extends OutputEntity {
  protected readonly output: Truth<boolean>;
  readonly #config: ButtonConfig;
  readonly #clock: Clock;
  #active = false;
  #cancelEnd: (() => void) | undefined;

  constructor(config: ButtonConfig, { driver, report, clock, log }: EntityContext) {
    super();
    const { line, active_low, drive } = config;
    this.#config = config;
    this.#clock = clock;
    this.output = new Truth<boolean>({
      open: (initial) => driver.openOutput({ line, active_low, drive, initial }),
      first: () => false,
      same: (a, b) => a === b,
      seen: (active, cause) => this.#seen(active, cause),
      done: () => report.done(),
      condition: new Condition(report, log),
      clock,
      log,
    });
  }

  command(payload: Buffer, origin: Origin): CommandRefusal | undefined {
    const press = parsePress(payload);
    if (!press.ok) return press;
    if (this.output.parked) return offline();
    if (this.output.wanted === true || this.#active) {
      return { code: 'AGENT_BUTTON_BUSY', message: 'the pulse of the press before is not over' };
    }
    this.output.request(true, origin);
    return undefined;
  }

  override async stop(): Promise<void> {
    try {
      await this.output.stop(false);
    } finally {
      this.#cancelEnd?.();
    }
  }

  /** The pulse is counted from the moment that the line was read active, whoever moved it. */
  #seen(active: boolean, cause: Cause): void {
    if (active === this.#active) return;
    this.#active = active;
    this.#cancelEnd?.();
    if (active) this.#cancelEnd = this.#clock.after(this.#config.pulse, () => this.output.request(false, cause));
  }
}
