import type { DigitalOutput, Level } from './ports.ts';

/** A line that is held by whatever interface, with calls that do not wait. */
export interface HeldLevel {
  get(): Level;
  set(level: Level): void;
  close(): void;
}

export class LineOutput implements DigitalOutput {
  readonly #line: HeldLevel;

  constructor(line: HeldLevel) {
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
