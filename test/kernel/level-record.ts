import { readFileSync, writeFileSync } from 'node:fs';
import type { GpioSim } from './gpio-sim.ts';

const TRACING = '/sys/kernel/tracing';

/**
 * Every physical level that the kernel sets a line to from now on, by its own tracepoint: nothing is too short to be seen.
 * There is one record at a time.
 */
export class LevelRecord {
  readonly #pattern: RegExp;
  readonly #before: boolean;

  constructor(chip: GpioSim, line: number) {
    this.#before = chip.high(line);
    this.#pattern = new RegExp(`gpio_value: ${chip.globalNumber(line)} set (?<value>[01])$`, 'gm');
    writeFileSync(`${TRACING}/events/gpio/gpio_value/enable`, '1');
    writeFileSync(`${TRACING}/trace`, '');
  }

  /** Changes of level, in order. */
  get levels(): readonly boolean[] {
    const trace = readFileSync(`${TRACING}/trace`, 'utf8');
    const set = [...trace.matchAll(this.#pattern)].map(({ groups }) => groups?.['value'] === '1');
    return set.filter((level, index) => level !== (index === 0 ? this.#before : set[index - 1]));
  }
}
