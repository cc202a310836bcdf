import type { Origin } from '#broker';
import { formatOnOff, milliseconds, parsePress } from '#topics';
import type { Clock } from '../../clock.ts';
import type { Cause } from '../../entity/cause.ts';
import { OutputEntity } from '../../entity/output-entity.ts';
import { SafeOutput } from '../../entity/safe-output.ts';
import type { CommandRefusal, EntityContext, EntityReport } from '../platform.ts';
import type { ButtonConfig } from './config.ts';

/** A pulse is over before and after the program runs: nothing of it is kept or restored. */
const RULES = { on_start: 'off', on_stop: 'off', min_off: milliseconds(0) } as const;

export class Button extends OutputEntity {
  protected readonly output: SafeOutput<boolean>;
  readonly #config: ButtonConfig;
  readonly #report: EntityReport;
  readonly #clock: Clock;
  #active = false;
  #cancelEnd: (() => void) | undefined;

  constructor(config: ButtonConfig, context: EntityContext) {
    super();
    const { line, active_low, drive, interlock } = config;
    const { driver, report, clock } = context;
    this.#config = config;
    this.#report = report;
    this.#clock = clock;
    this.output = new SafeOutput<boolean>({
      rules: { ...RULES, ...(interlock && { interlock }) },
      open: (initial) => driver.openOutput({ line, active_low, drive, initial }),
      same: (a, b) => a === b,
      isOn: (active) => active,
      switched: (_, active) => active,
      last: false,
      seen: (active, cause) => this.#seen(active, cause),
      done: () => report.done(),
      overruled: () => {},
      context,
    });
  }

  command(payload: Buffer, origin: Origin): CommandRefusal | undefined {
    const press = parsePress(payload);
    if (!press.ok) return press;
    if (this.output.wanted || this.#active) {
      return { code: 'AGENT_BUTTON_BUSY', message: 'the pulse of the press before is not over' };
    }
    const refused = this.output.admit(true);
    if (!refused) this.output.request(true, origin);
    return refused;
  }

  override async stop(): Promise<void> {
    try {
      await this.output.stop();
    } finally {
      this.#cancelEnd?.();
    }
  }

  /** The pulse is counted from the moment that the line was read active, whoever moved it. */
  #seen(active: boolean, cause: Cause): void {
    this.#report.state(formatOnOff(active), cause);
    if (active === this.#active) return;
    this.#active = active;
    this.#cancelEnd?.();
    if (active) this.#cancelEnd = this.#clock.after(this.#config.pulse, () => this.#end(cause));
  }

  #end(cause: Cause): void {
    if (this.output.admit(false) === undefined) this.output.request(false, cause);
  }
}
