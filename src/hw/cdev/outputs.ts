import type { DigitalOutputs, Level } from '../ports.ts';
import type { HeldLines } from './held-lines.ts';

export class CdevOutputs implements DigitalOutputs {
  readonly #lines: HeldLines;

  constructor(lines: HeldLines) {
    this.#lines = lines;
  }

  async write(levels: readonly Level[]): Promise<void> {
    this.#lines.set(levels);
  }

  async read(): Promise<readonly Level[]> {
    return this.#lines.get();
  }

  async close(): Promise<void> {
    this.#lines.close();
  }
}
