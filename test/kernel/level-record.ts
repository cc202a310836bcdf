import { readFileSync, writeFileSync } from 'node:fs';
import { processTime } from '../../src/hw/cdev/kernel-clock.ts';
import type { GpioSim } from './gpio-sim.ts';

const TRACING = '/sys/kernel/tracing';

/** A physical level that a line was set to, true for high, and when on the clock of `performance.now()`. */
export interface LevelChange {
  readonly high: boolean;
  readonly at_ms: number;
}

/**
 * Every physical level that the kernel sets a line to from now on, by its own tracepoint: nothing is too short to be seen.
 * There is one record at a time.
 */
export class LevelRecord {
  readonly #pattern: RegExp;
  readonly #before: boolean;

  constructor(chip: GpioSim, line: number) {
    this.#before = chip.high(line);
    const number = chip.globalNumber(line);
    this.#pattern = new RegExp(` (?<seconds>\\d+\\.\\d+): gpio_value: ${number} set (?<value>[01])$`, 'gm');
    writeFileSync(`${TRACING}/events/gpio/gpio_value/enable`, '1');
    // CLOCK_MONOTONIC, which `performance.now()` counts too.
    writeFileSync(`${TRACING}/trace_clock`, 'mono');
    writeFileSync(`${TRACING}/trace`, '');
  }

  get changes(): readonly LevelChange[] {
    const trace = readFileSync(`${TRACING}/trace`, 'utf8');
    const set = [...trace.matchAll(this.#pattern)].map(({ groups }) => ({
      high: groups?.['value'] === '1',
      at_ms: processTime(BigInt(Math.round(Number(groups?.['seconds']) * 1_000_000_000))),
    }));
    return set.filter(({ high }, index) => high !== (index === 0 ? this.#before : set[index - 1]?.high));
  }

  get levels(): readonly boolean[] {
    return this.changes.map(({ high }) => high);
  }
}
