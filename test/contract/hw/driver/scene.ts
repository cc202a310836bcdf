import { afterEach, beforeEach } from 'vitest';
import type { Driver, InputSettings, LineId, OutputSettings } from '#hw';

export type Lack = 'bias' | 'debounce' | 'drive' | 'names' | 'pwm';

/** A physical level that a line came to, true for high. */
export interface Change {
  readonly line: number;
  readonly high: boolean;
}

/** A driver, and the other end of its wires. Levels of the world are physical: true is high. */
export interface Bench {
  readonly driver: Driver;
  /** What the driver's way to the pins has not: then it must say so. */
  readonly lacks?: readonly Lack[];
  drive(line: number, high: boolean): void;
  high(line: number): boolean;
  /** Every change of the physical levels of these lines from now on, in order. One at a time. */
  trace(...lines: readonly number[]): { readonly changes: readonly Change[] };
  /** Free lines of the header, three or more. */
  readonly lines: readonly [number, number, number];
  readonly unknownLine: number;
  /** Closes the driver and takes the world around it away. */
  close(): Promise<void>;
}

/** A bench for each test, with the settings that a driver has by default. */
export class Scene {
  #bench: Bench | undefined;

  constructor(open: () => Promise<Bench>) {
    beforeEach(async () => {
      this.#bench = await open();
    });
    afterEach(() => this.bench.close());
  }

  get bench(): Bench {
    if (this.#bench === undefined) throw new Error('a bench is there while a test runs');
    return this.#bench;
  }

  get driver(): Driver {
    return this.bench.driver;
  }

  get one(): number {
    return this.bench.lines[0];
  }

  get two(): number {
    return this.bench.lines[1];
  }

  lacks(what: Lack): boolean {
    return this.bench.lacks?.includes(what) === true;
  }

  drive(line: number, high: boolean): void {
    this.bench.drive(line, high);
  }

  high(line: number): boolean {
    return this.bench.high(line);
  }

  trace(...lines: readonly number[]): { readonly changes: readonly Change[] } {
    return this.bench.trace(...lines);
  }

  input(settings: Partial<InputSettings> & { line: LineId }): InputSettings {
    return {
      active_low: false,
      ...settings,
      bias: this.lacks('bias') ? 'as_is' : (settings.bias ?? 'pull_down'),
    };
  }

  output(settings: Partial<OutputSettings> & { line: LineId }): OutputSettings {
    return { active_low: false, drive: 'push_pull', initial: false, ...settings };
  }
}
