import type { Origin } from '#broker';
import { formatNumber, type NumberRange, parseNumber } from '#topics';
import { Condition } from '../../entity/condition.ts';
import { openDuty } from '../../entity/duty-output.ts';
import { OutputEntity } from '../../entity/output-entity.ts';
import { offline } from '../../entity/refusals.ts';
import { Truth } from '../../entity/truth.ts';
import type { CommandRefusal, EntityContext } from '../platform.ts';
import type { NumberConfig } from './config.ts';
import { dutyOf, valueOf } from './pulse.ts';

/** What a servo is at; null: it gets no pulses, and can be turned by hand. */
type Servo = number | null;

export class ServoNumber extends OutputEntity {
  protected readonly output: Truth<Servo>;
  readonly #range: NumberRange;

  constructor(config: NumberConfig, { driver, report, clock, log, last_state }: EntityContext) {
    super();
    const { min, max, initial = min, on_start } = config;
    this.#range = { min, max };
    const last = parseNumber(last_state ?? Buffer.alloc(0), this.#range);
    const first = on_start === 'restore' && last.ok ? last.value : initial;
    const pwm = {
      ...config,
      dutyOf: (value: Servo) => dutyOf(value ?? undefined, config),
      valueOf: (duty: number) => valueOf(duty, config) ?? null,
    };
    this.output = new Truth<Servo>({
      open: (value) => openDuty(driver, pwm, value === 'keep' ? null : value),
      first: () => first,
      same: (a, b) => a === b,
      seen: (value, cause) => {
        if (value !== null) report.state(formatNumber(Math.round(value * 1_000) / 1_000), cause);
      },
      done: () => report.done(),
      condition: new Condition(report, log),
      clock,
      log,
    });
  }

  command(payload: Buffer, origin: Origin): CommandRefusal | undefined {
    const value = parseNumber(payload, this.#range);
    if (!value.ok) return value;
    if (this.output.parked) return offline();
    this.output.request(value.value, origin);
    return undefined;
  }

  /** The pulses end; the state stays what the servo was at, for the next start. */
  override stop(): Promise<void> {
    return this.output.stop(null);
  }
}
