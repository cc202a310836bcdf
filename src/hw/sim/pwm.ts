import { HardwareError } from '../errors.ts';
import type { PwmOutput, PwmSettings } from '../ports.ts';
import type { SimLine } from './line.ts';

const NANOSECONDS = 1_000_000_000;

export class SimPwm implements PwmOutput {
  readonly #line: SimLine;
  /** The period in nanoseconds: the kernel takes period and on-time as whole nanoseconds, which bounds the resolution. */
  readonly #period_ns: number;
  readonly #initial: number;
  readonly #closed: () => void;
  #open = false;

  constructor(line: SimLine, settings: PwmSettings, closed: () => void) {
    if (!(settings.frequency_hz > 0)) {
      throw new HardwareError('HW_VALUE_OUT_OF_RANGE', `a PWM of ${settings.frequency_hz} Hz is not possible`);
    }
    this.#line = line;
    this.#closed = closed;
    this.#period_ns = Math.round(NANOSECONDS / settings.frequency_hz);
    this.#initial = this.#quantised(settings.initial_duty);
  }

  request(consumer: string): void {
    this.#line.request(
      { consumer, active_low: false },
      { kind: 'output', drive: 'push_pull', high: this.#initial > 0 },
    );
    this.#line.duty = this.#initial;
    this.#open = true;
  }

  async write(duty: number): Promise<void> {
    this.#assertUsable();
    const quantised = this.#quantised(duty);
    if (!this.#line.isStuck) this.#line.duty = quantised;
    this.#line.drive({ kind: 'output', drive: 'push_pull', high: quantised > 0 });
  }

  async read(): Promise<number> {
    this.#assertUsable();
    return this.#line.duty ?? 0;
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#line.release();
    this.#closed();
  }

  #quantised(duty: number): number {
    if (!(duty >= 0 && duty <= 1)) throw new HardwareError('HW_VALUE_OUT_OF_RANGE', `a duty of ${duty} is not 0 to 1`);
    return Math.round(duty * this.#period_ns) / this.#period_ns;
  }

  #assertUsable(): void {
    if (!this.#open) throw new HardwareError('HW_CLOSED', `line ${this.#line.offset} was used after it was closed`);
    this.#line.assertPresent();
  }
}
