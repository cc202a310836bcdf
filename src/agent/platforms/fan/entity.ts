import type { Origin } from '#broker';
import { decodeJsonObject, formatFan, formatOnOff, FULL_SPEED, parseFan } from '#topics';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { Cause } from '../../entity/cause.ts';
import { openDuty } from '../../entity/duty-output.ts';
import { OutputEntity } from '../../entity/output-entity.ts';
import { SafeOutput } from '../../entity/safe-output.ts';
import type { CommandRefusal, EntityContext, EntityReport } from '../platform.ts';
import type { FanConfig } from './config.ts';
import { dutyOf, type FanSpeed, sameSpeed, speedOf } from './speed.ts';

export class Fan extends OutputEntity {
  protected readonly output: SafeOutput<FanSpeed>;
  readonly #config: FanConfig;
  readonly #report: EntityReport;
  readonly #clock: Clock;
  #running = false;
  #cancelKick: (() => void) | undefined;

  constructor(config: FanConfig, context: EntityContext) {
    super();
    const { lowest_duty, kick_start } = config;
    const { driver, report, clock, last_state } = context;
    this.#config = config;
    this.#report = report;
    this.#clock = clock;
    const pwm = {
      ...config,
      dutyOf: (speed: FanSpeed) => dutyOf(speed, lowest_duty),
      valueOf: (duty: number, written: FanSpeed) => speedOf(duty, lowest_duty, written),
    };
    const off = { on: false, percentage: FULL_SPEED, kick: false };
    this.output = new SafeOutput<FanSpeed>({
      rules: config,
      open: (initial) => openDuty(driver, pwm, initial === 'keep' ? off : initial),
      same: sameSpeed,
      isOn: ({ on }) => on,
      switched: ({ percentage }, on) => ({ on, percentage, kick: on && kick_start > 0 }),
      last: lastSpeed(last_state) ?? off,
      seen: (speed, cause) => this.#seen(speed, cause),
      done: () => report.done(),
      overruled: () => {},
      context,
    });
  }

  command(payload: Buffer, origin: Origin): CommandRefusal | undefined {
    const command = parseFan(payload);
    if (!command.ok) return command;
    const before = this.output.wanted;
    const { state, percentage = before.percentage } = command.value;
    const on = state === 'TOGGLE' ? !before.on : state === 'ON';
    const refused = this.output.admit(on);
    // One that turns already needs no kick, and one that gets it goes on to have it.
    const kick = on && this.#config.kick_start > 0 && (!this.#running || before.kick);
    if (!refused) this.output.request({ on, percentage, kick }, origin);
    return refused;
  }

  override async stop(): Promise<void> {
    try {
      await this.output.stop();
    } finally {
      this.#cancelKick?.();
    }
  }

  #seen({ on, percentage, kick }: FanSpeed, cause: Cause): void {
    this.#running = on;
    this.#report.state(formatFan(formatOnOff(on), percentage), cause);
    if (kick && this.#cancelKick) return;
    this.#cancelKick?.();
    this.#cancelKick = kick ? this.#clock.after(this.#config.kick_start, () => this.#endKick(cause)) : undefined;
  }

  #endKick(cause: Cause): void {
    this.#cancelKick = undefined;
    const { wanted } = this.output;
    if (wanted.on) this.output.request({ ...wanted, kick: false }, cause);
  }
}

const lastState = z.object({
  state: z.enum(['ON', 'OFF']),
  percentage: z.int().min(1).max(FULL_SPEED),
});

function lastSpeed(last_state: Buffer | undefined): FanSpeed | undefined {
  const json = decodeJsonObject(last_state ?? Buffer.alloc(0));
  const { data } = lastState.safeParse(json.ok ? json.value : undefined);
  return data && { on: data.state === 'ON', percentage: data.percentage, kick: false };
}
