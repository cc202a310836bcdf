import type { LineId, SimControl } from '#hw';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { DAY, type Moment, REED_CONTACTS } from './day.ts';
import { PowerMeter } from './power-meter.ts';

/** Milliseconds before the day begins. */
const DAWN_MS = 5_000;
const METER = 'power_meter';

export interface DemoOptions {
  readonly sim: SimControl;
  /** The lines of each entity, by its id. */
  readonly lines: ReadonlyMap<string, readonly LineId[]>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Plays a little day on the simulated house, so that somebody who only looks sees something happen. */
export class Demo {
  readonly #sim: SimControl;
  readonly #lines: DemoOptions['lines'];
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #meter: PowerMeter | undefined;
  #cancel: (() => void) | undefined;

  constructor({ sim, lines, clock, log }: DemoOptions) {
    this.#sim = sim;
    this.#lines = lines;
    this.#clock = clock;
    this.#log = log;
    const line = this.#lineOf(METER);
    this.#meter = line === undefined ? undefined : new PowerMeter(sim, line, lines, clock);
  }

  /** Before the entities read their lines: the doors are shut. */
  start(): void {
    for (const entity of REED_CONTACTS) this.#shut(entity);
    this.#meter?.start();
    this.#wait(DAWN_MS, 0);
  }

  stop(): void {
    this.#meter?.stop();
    this.#cancel?.();
  }

  #wait(pause_ms: number, next: number): void {
    this.#cancel = this.#clock.after(pause_ms, () => this.#begin(next % DAY.length));
  }

  #begin(index: number): void {
    const moment: Moment | undefined = DAY[index];
    if (moment === undefined) return;
    const { entity, tells, hold_ms, pause_ms } = moment;
    const line = this.#lineOf(entity);
    if (line === undefined) return this.#wait(pause_ms, index + 1);
    this.#log.info({ entity }, tells);
    if (!REED_CONTACTS.has(entity)) {
      this.#sim.press(line, hold_ms);
      return this.#wait(hold_ms + pause_ms, index + 1);
    }
    this.#sim.set(line, 'open');
    this.#cancel = this.#clock.after(hold_ms, () => {
      this.#shut(entity);
      this.#wait(pause_ms, index + 1);
    });
  }

  #shut(entity: string): void {
    const line = this.#lineOf(entity);
    if (line !== undefined) this.#sim.set(line, false);
  }

  #lineOf(entity: string): LineId | undefined {
    return this.#lines.get(entity)?.[0];
  }
}
