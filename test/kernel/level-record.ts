import { readFileSync, writeFileSync } from 'node:fs';
import { processTime } from '../../src/hw/cdev/kernel-clock.ts';
import type { GpioSim } from './gpio-sim.ts';

const TRACING = '/sys/kernel/tracing';
const SETTING = / (?<seconds>\d+\.\d+): gpio_value: (?<number>\d+) set (?<value>[01])$/gm;

/** A physical level that a line was set to, true for high, and when on the clock of `performance.now()`. */
export interface LevelChange {
  readonly line: number;
  readonly high: boolean;
  readonly at_ms: number;
}

/**
 * Every physical level that the kernel sets these lines to from now on, in order, by its own tracepoint: nothing is too short to be
 * seen. There is one record at a time.
 */
export class LevelRecord {
  /** The lines, by the number that the tracepoint has for them. */
  readonly #lines: ReadonlyMap<number, number>;
  /** Of each line, as it was found. */
  readonly #before: ReadonlyMap<number, boolean>;

  constructor(chip: GpioSim, ...lines: readonly number[]) {
    this.#before = new Map(lines.map((line) => [line, chip.high(line)]));
    const first = chip.globalNumber(0);
    this.#lines = new Map(lines.map((line) => [first + line, line]));
    writeFileSync(`${TRACING}/events/gpio/gpio_value/enable`, '1');
    // CLOCK_MONOTONIC, which `performance.now()` counts too.
    writeFileSync(`${TRACING}/trace_clock`, 'mono');
    writeFileSync(`${TRACING}/trace`, '');
  }

  get changes(): readonly LevelChange[] {
    const levels = new Map(this.#before);
    return this.#settings().filter(({ line, high }) => {
      const changed = levels.get(line) !== high;
      levels.set(line, high);
      return changed;
    });
  }

  get levels(): readonly boolean[] {
    return this.changes.map(({ high }) => high);
  }

  /** Whether or not they changed anything. */
  #settings(): readonly LevelChange[] {
    return [...readFileSync(`${TRACING}/trace`, 'utf8').matchAll(SETTING)].flatMap(({ groups }) => {
      const line = this.#lines.get(Number(groups?.['number']));
      if (line === undefined) return [];
      const at_ms = processTime(BigInt(Math.round(Number(groups?.['seconds']) * 1_000_000_000)));
      return [{ line, high: groups?.['value'] === '1', at_ms }];
    });
  }
}
