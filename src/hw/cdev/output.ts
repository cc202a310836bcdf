import type { DigitalOutput, Level } from '../ports.ts';
import type { HeldLine } from './held-line.ts';

export class CdevOutput implements DigitalOutput {
  readonly #line: HeldLine;

  constructor(line: HeldLine) {
    this.#line = line;
  }

  async write(level: Level): Promise<void> {
    this.#line.set(level);
  }

  async read(): Promise<Level> {
    return this.#line.get();
  }

  async close(): Promise<void> {
    this.#line.close();
  }
}
