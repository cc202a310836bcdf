import { LineInput } from '../line-input.ts';
import type { HeldLine } from './held-line.ts';

/** Microseconds of pigpio's own clock, a 32-bit number that begins again every 72 minutes. */
export type Tick = number;

export class PigpioInput extends LineInput<HeldLine> {
  readonly #now: () => Tick;

  constructor(line: HeldLine, now: () => Tick) {
    super(line);
    this.#now = now;
  }

  /** pigpio samples the pins every 5 µs, and tells each change. */
  listen(): void {
    const began = this.#now();
    // One of the last use of the line may still be on its way.
    const isOld = (tick: Tick): boolean => ((tick - began) | 0) < 0;
    this.line.use((gpio) => {
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
    return performance.now() - ((this.#now() - tick) >>> 0) / 1_000;
  }
}
