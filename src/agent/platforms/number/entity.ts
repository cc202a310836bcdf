import type { Origin } from '#broker';
import { formatNumber, parseNumber } from '#topics';
import type { Clock } from '../../clock.ts';
import { Condition } from '../../entity/condition.ts';
import { openDuty } from '../../entity/duty-output.ts';
import { LinkLoss } from '../../entity/link-loss.ts';
import { OutputEntity } from '../../entity/output-entity.ts';
import { offline } from '../../entity/refusals.ts';
import { Truth } from '../../entity/truth.ts';
import type { CommandRefusal, EntityContext } from '../platform.ts';
import type { NumberConfig } from './config.ts';
import { dutyOf, valueOf } from './pulse.ts';

/** Milliseconds in which a servo gets anywhere: slow ones turn by 60° in 0.3 s. */
const SWING_MS = 1_000;

/** What a servo is at; null: it gets no pulses, and can be turned by hand. */
type Servo = number | null;

export class ServoNumber extends OutputEntity {
  protected readonly output: Truth<Servo>;
  readonly #config: NumberConfig;
  readonly #clock: Clock;
  readonly #link_loss: LinkLoss | undefined;

  constructor(config: NumberConfig, { driver, report, clock, log, links, last_state }: EntityContext) {
    super();
    const { min, initial = min, on_start, on_link_loss } = config;
    this.#config = config;
    this.#clock = clock;
    this.#link_loss =
      on_link_loss &&
      new LinkLoss({ after: on_link_loss.after, links, clock, lost: () => this.#lost(on_link_loss.value) });
    const last = parseNumber(last_state ?? Buffer.alloc(0), config);
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
        if (value === on_link_loss?.value) this.#link_loss?.stop();
        else this.#link_loss?.watch();
      },
      done: () => report.done(),
      gaveUp: (cause) => report.gaveUp(offline(), cause),
      condition: new Condition(report, log),
      clock,
      log,
    });
  }

  command(payload: Buffer, origin: Origin): CommandRefusal | undefined {
    const value = parseNumber(payload, this.#config);
    if (!value.ok) return value;
    if (this.output.parked) return offline();
    this.#link_loss?.commanded(origin);
    this.output.request(value.value, origin);
    return undefined;
  }

  /** The pulses end; the state stays what the servo was at, for the next start. */
  override async stop(): Promise<void> {
    this.#link_loss?.stop();
    const { on_stop } = this.#config;
    if (on_stop !== 'release' && !this.output.parked && this.output.actual !== on_stop) {
      this.output.request(on_stop, { kind: 'stop' });
      await new Promise<void>((resolve) => this.#clock.after(SWING_MS, resolve));
    }
    await this.output.stop(null);
    this.#link_loss?.stop();
  }

  #lost(value: number): void {
    this.output.request(value, { kind: 'link_loss' });
  }
}
