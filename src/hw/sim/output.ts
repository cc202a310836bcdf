import { HardwareError } from '../errors.ts';
import type { DigitalOutput, Level, OutputSettings } from '../ports.ts';
import type { SimLine } from './line.ts';
import type { Inside } from './wire.ts';

export class SimOutput implements DigitalOutput {
  readonly #line: SimLine;
  readonly #settings: OutputSettings;
  #open = false;

  constructor(line: SimLine, settings: OutputSettings) {
    this.#line = line;
    this.#settings = settings;
  }

  request(consumer: string): void {
    const { active_low, initial } = this.#settings;
    const level = initial === 'keep' ? this.#line.high !== active_low : initial;
    this.#line.request({ consumer, active_low }, this.#inside(level));
    this.#open = true;
  }

  async write(level: Level): Promise<void> {
    this.#assertUsable();
    this.#line.drive(this.#inside(level));
  }

  async read(): Promise<Level> {
    this.#assertUsable();
    return this.#line.high !== this.#settings.active_low;
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#line.release();
  }

  #inside(level: Level): Inside {
    return { kind: 'output', drive: this.#settings.drive, high: level !== this.#settings.active_low };
  }

  #assertUsable(): void {
    if (!this.#open) throw new HardwareError('HW_CLOSED', `line ${this.#line.offset} was used after it was closed`);
    this.#line.assertPresent();
  }
}
