import type { Gpio } from 'pigpio';
import { HardwareError } from '../errors.ts';
import type { HeldLevel } from '../line-output.ts';
import type { Level } from '../ports.ts';

/** A pin that this process uses, until it is closed. pigpio writes the registers itself, and knows of no other holder. */
export class HeldLine implements HeldLevel {
  /** The BCM number. */
  readonly number: number;
  readonly #gpio: Gpio;
  readonly #active_low: boolean;
  readonly #closed: () => void;
  #open = true;

  constructor(gpio: Gpio, number: number, active_low: boolean, closed: () => void) {
    this.#gpio = gpio;
    this.number = number;
    this.#active_low = active_low;
    this.#closed = closed;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Logical, as `set`. */
  levelOf(high: number): Level {
    return (high === 1) !== this.#active_low;
  }

  /** @throws HardwareError HW_CLOSED, HW_LINE_GONE */
  get(): Level {
    return this.levelOf(this.use((gpio) => gpio.digitalRead()));
  }

  /** @throws HardwareError HW_CLOSED, HW_LINE_GONE */
  set(level: Level): void {
    this.use((gpio) => gpio.digitalWrite(level === this.#active_low ? 0 : 1));
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#closed();
  }

  /** @throws HardwareError HW_CLOSED, HW_LINE_GONE */
  use<T>(call: (gpio: Gpio) => T): T {
    if (!this.#open) throw new HardwareError('HW_CLOSED', `line ${this.number} was used after it was closed`);
    try {
      return call(this.#gpio);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new HardwareError('HW_LINE_GONE', `line ${this.number}: ${why}`, { cause });
    }
  }
}
