import type { LineId, SimControl } from '#hw';
import type { Clock } from '../clock.ts';
import { DAY, type Moment } from './day.ts';

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

  start(): void {
    this.#wait(DAY[0]?.pause_ms ?? 0, 0);
  }

  stop(): void {
    this.#cancel?.();
  }

  #wait(pause_ms: number, next: number): void {
    this.#cancel = this.#clock.after(pause_ms, () => this.#play(next % DAY.length));
  }

  #play(index: number): void {
    const moment: Moment | undefined = DAY[index];
    if (moment === undefined) return;
    const line = this.#lines.get(moment.entity);
    if (line !== undefined) this.#sim.press(line, moment.hold_ms);
    this.#wait(moment.hold_ms + moment.pause_ms, index + 1);
  }
}
