import { formatNumber, parseNumber } from '#topics';
import type { Clock } from '../../clock.ts';
import { Condition } from '../../entity/condition.ts';
import { DebouncedInput } from '../../entity/debounced-input.ts';
import type { CommandRefusal, Entity, EntityContext, EntityReport } from '../platform.ts';
import type { CounterConfig } from './config.ts';
import { type Meter, onPulses, onReport, pulsesIn, pulsesPerHour } from './meter.ts';
import { decimalsOf, rateOf } from './reading.ts';

const TOTALS = { min: 0, max: 1e12 };

export class Counter implements Entity {
  readonly #config: CounterConfig;
  readonly #input: DebouncedInput;
  readonly #report: EntityReport;
  readonly #clock: Clock;
  /** The total at which the meter began, in `unit`. */
  #base: number;
  #meter: Meter = { pulses: 0 };
  #said: string | undefined;
  #cancelReport: (() => void) | undefined;

  constructor(config: CounterConfig, { driver, report, clock, log, last_state }: EntityContext) {
    const { line, bias, active_low, debounce } = config;
    this.#config = config;
    this.#report = report;
    this.#clock = clock;
    const last = parseNumber(last_state ?? Buffer.alloc(0), TOTALS);
    this.#base = last.ok ? last.value : 0;
    this.#input = new DebouncedInput({
      open: () => driver.openInput({ line, bias, active_low, debounce_ms: debounce }),
      still: { active_ms: debounce, inactive_ms: debounce },
      found: () => this.#say(),
      changed: (active, at_ms) => {
        if (active) this.#meter = onPulses(this.#meter, 1, at_ms);
      },
      missed: (edges, at_ms) => {
        this.#meter = onPulses(this.#meter, pulsesIn(edges), at_ms);
      },
      condition: new Condition(report, log),
      clock,
    });
  }

  async start(signal: AbortSignal): Promise<void> {
    this.#arm();
    await this.#input.start(signal);
  }

  async refresh(): Promise<void> {
    await this.#input.check();
    this.#say();
  }

  check(): Promise<void> {
    return this.#input.check();
  }

  /** What the meter itself shows. */
  command(payload: Buffer): CommandRefusal | undefined {
    const total = parseNumber(payload, TOTALS);
    if (!total.ok) return total;
    this.#base = total.value - this.#meter.pulses / this.#config.pulses_per_unit;
    this.#say();
    this.#report.done();
    return undefined;
  }

  async stop(): Promise<void> {
    this.#cancelReport?.();
    await this.#input.stop();
    this.#sayNews();
  }

  #arm(): void {
    this.#cancelReport = this.#clock.after(this.#config.interval, () => {
      this.#sayNews();
      this.#arm();
    });
  }

  get #total(): string {
    const { pulses_per_unit } = this.#config;
    return formatNumber(this.#base + this.#meter.pulses / pulses_per_unit, decimalsOf(pulses_per_unit));
  }

  /** Nothing is written to the card while nothing flows. */
  #sayNews(): void {
    const rate = rateOf(this.#config, pulsesPerHour(this.#meter, this.#clock.monotonic()));
    this.#report.attributes({ rate });
    this.#meter = onReport(this.#meter);
    if (this.#total !== this.#said) this.#say();
  }

  #say(): void {
    this.#said = this.#total;
    this.#report.state(this.#said);
  }
}
