import { assertDuty } from '../duty.ts';
import type { PwmOutput } from '../ports.ts';
import type { HeldLine } from './held-line.ts';

/** Steps of a duty, as pigpio counts them; it rounds them to what its 5 µs give at a frequency. */
const RANGE = 10_000;

/** PWM that pigpio's DMA times, on any pin. */
export class PigpioPwm implements PwmOutput {
  readonly #line: HeldLine;

  constructor(line: HeldLine) {
    this.#line = line;
  }

  /** pigpio takes the nearest of the frequencies that it has, 10 to 8,000 Hz. */
  begin(frequency_hz: number, duty: number): void {
    this.#line.use((gpio) => {
      gpio.pwmRange(RANGE);
      gpio.pwmFrequency(Math.round(frequency_hz));
      gpio.pwmWrite(Math.round(duty * RANGE));
    });
  }

  async write(duty: number): Promise<void> {
    assertDuty(duty);
    this.#line.use((gpio) => gpio.pwmWrite(Math.round(duty * RANGE)));
  }

  async read(): Promise<number> {
    return this.#line.use((gpio) => gpio.getPwmDutyCycle() / gpio.getPwmRange());
  }

  async close(): Promise<void> {
    if (!this.#line.isOpen) return;
    // A wave that ends in the middle leaves its line low.
    const duty = await this.read();
    this.#line.set(duty === 1);
    this.#line.close();
  }
}
