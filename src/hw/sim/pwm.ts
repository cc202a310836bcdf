import { assertDuty, assertPwm } from '../duty.ts';
import { HardwareError } from '../errors.ts';
import type { PwmOutput, PwmSettings } from '../ports.ts';
import type { SimLine } from './line.ts';

const NANOSECONDS = 1_000_000_000;

export class SimPwm implements PwmOutput {
  readonly #line: SimLine;
  /** The period in nanoseconds: the kernel takes period and on-time as whole nanoseconds, which bounds the resolution. */
  readonly #period_ns: number;
  readonly #initial: number;
  #open = false;

  constructor(line: SimLine, settings: PwmSettings) {
    assertPwm(settings);
    this.#line = line;
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
  }

  #quantised(duty: number): number {
    assertDuty(duty);
    return Math.round(duty * this.#period_ns) / this.#period_ns;
  }

  #assertUsable(): void {
    if (!this.#open) throw new HardwareError('HW_CLOSED', `line ${this.#line.offset} was used after it was closed`);
    this.#line.assertPresent();
  }
}
