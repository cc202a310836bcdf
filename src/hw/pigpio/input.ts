import { LineInput } from '../line-input.ts';
import type { HeldLine } from './held-line.ts';

/** Microseconds of pigpio's own clock, a 32-bit number that begins again every 72 minutes. */
export type Tick = number;

/** The longest that pigpio waits for a line to be still [pigpio.h, gpioGlitchFilter: 0 to 300,000 µs]. */
const LONGEST_DEBOUNCE_MS = 300;

export class PigpioInput extends LineInput<HeldLine> {
  readonly #now: () => Tick;
  /** pigpio stamps an edge that it debounced when it tells it, which is so much after it came. */
  readonly #debounce_ms: number;

  constructor(line: HeldLine, debounce_ms: number, now: () => Tick) {
    super(line);
    this.#debounce_ms = Math.min(debounce_ms, LONGEST_DEBOUNCE_MS);
    this.#now = now;
  }

  /** pigpio samples the pins every 5 µs, and tells each change. */
  listen(): void {
    const began = this.#now();
    // One of the last use of the line may still be on its way.
    const isOld = (tick: Tick): boolean => ((tick - began) | 0) < 0;
    this.line.use((gpio) => {
      // Whoever had the line before may have left one.
      gpio.glitchFilter(Math.round(this.#debounce_ms * 1_000));
      gpio.enableAlert();
      gpio.on('alert', (high: number, tick: Tick) => {
        if (this.line.isOpen && !isOld(tick))
          this.listeners.tell({ level: this.line.levelOf(high), at_ms: this.#processTime(tick) });
      });
    });
  }

  override async close(): Promise<void> {
    if (!this.line.isOpen) return;
    this.line.use((gpio) => {
      gpio.removeAllListeners('alert');
      gpio.disableAlert();
    });
    await super.close();
  }

  #processTime(tick: Tick): number {
    return performance.now() - ((this.#now() - tick) >>> 0) / 1_000 - this.#debounce_ms;
  }
}
