import type { LineId, SimControl } from '#hw';
import type { Clock } from '../clock.ts';
import { DAY, type Moment, REED_CONTACTS } from './day.ts';

/** Milliseconds before the day begins. */
const DAWN_MS = 5_000;

/** Plays a little day on the simulated house, so that somebody who only looks sees something happen. */
export class Demo {
  readonly #sim: SimControl;
  readonly #lines: ReadonlyMap<string, LineId>;
  readonly #clock: Clock;
  #cancel: (() => void) | undefined;

  /** `lines`: the line of each entity by its id. */
  constructor(sim: SimControl, lines: ReadonlyMap<string, LineId>, clock: Clock) {
    this.#sim = sim;
    this.#lines = lines;
    this.#clock = clock;
  }

  /** Before the entities read their lines: the doors are shut. */
  start(): void {
    for (const entity of REED_CONTACTS) this.#shut(entity);
    this.#wait(DAWN_MS, 0);
  }

  stop(): void {
    this.#cancel?.();
  }

  #wait(pause_ms: number, next: number): void {
    this.#cancel = this.#clock.after(pause_ms, () => this.#begin(next % DAY.length));
  }

  #begin(index: number): void {
    const moment: Moment | undefined = DAY[index];
    if (moment === undefined) return;
    const line = this.#lines.get(moment.entity);
    if (line === undefined) return this.#wait(moment.pause_ms, index + 1);
    if (!REED_CONTACTS.has(moment.entity)) {
      this.#sim.press(line, moment.hold_ms);
      return this.#wait(moment.hold_ms + moment.pause_ms, index + 1);
    }
    this.#sim.set(line, 'open');
    this.#cancel = this.#clock.after(moment.hold_ms, () => {
      this.#shut(moment.entity);
      this.#wait(moment.pause_ms, index + 1);
    });
  }

  #shut(entity: string): void {
    const line = this.#lines.get(entity);
    if (line !== undefined) this.#sim.set(line, false);
  }
}
