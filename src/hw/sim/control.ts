import type { Level, LineId, LineInfo } from '../ports.ts';
import type { SimClock } from './clock.ts';
import type { SimFault, SimLine } from './line.ts';
import type { Outside } from './wire.ts';

/** A line as the simulated world sees it. */
export interface SimLineInfo extends LineInfo {
  readonly level: Level;
  /** The physical level: true is high. */
  readonly high: Level;
  /** 0 to 1 while the line has PWM. */
  readonly duty?: number;
}

/** The world around the simulated pins. All of it throws HardwareError HW_LINE_UNKNOWN for a line that is not there. */
export interface SimControl {
  /**
   * Drives the wire high (true), low (false) or not at all (`open`: the pull decides). With `bounce_ms` the contact
   * bounces for so long before it rests. On an output it stands for another program that moves the pin.
   */
  set(line: LineId, level: Outside, options?: { readonly bounce_ms?: number }): void;
  /** Drives the line to the level that is active for its holder, and after `hold_ms` lets go of it. */
  press(line: LineId, hold_ms: number): void;
  /** Makes the line fail; undefined heals it. */
  fail(line: LineId, fault: SimFault | undefined): void;
  lines(): readonly SimLineInfo[];
  /** Calls back with each physical level, as an oscilloscope at the pin would show it. Returns what ends it. */
  watch(line: LineId, watcher: (high: Level) => void): () => void;
}

/** Changes of level in one bounce; odd, so that the last one is the level that was asked for. */
const BOUNCES = 7;

export class SimWorld implements SimControl {
  readonly #lines: readonly SimLine[];
  readonly #find: (line: LineId) => SimLine;
  readonly #clock: SimClock;
  /** What still has to happen on a line; anything new on it cancels the rest. */
  readonly #pending = new Map<SimLine, (() => void)[]>();

  constructor(lines: readonly SimLine[], find: (line: LineId) => SimLine, clock: SimClock) {
    this.#lines = lines;
    this.#find = find;
    this.#clock = clock;
  }

  set(id: LineId, level: Outside, options: { readonly bounce_ms?: number } = {}): void {
    const line = this.#find(id);
    this.#forget(line);
    this.#move(line, level, options.bounce_ms ?? 0);
  }

  press(id: LineId, hold_ms: number): void {
    const line = this.#find(id);
    this.#forget(line);
    this.#move(line, !line.activeLow, 0);
    this.#later(line, hold_ms, () => line.push('open'));
  }

  fail(id: LineId, fault: SimFault | undefined): void {
    this.#find(id).fault = fault;
  }

  lines(): readonly SimLineInfo[] {
    return this.#lines.map((line) => {
      const info = { ...line.info, high: line.high };
      return line.duty === undefined ? info : { ...info, duty: line.duty };
    });
  }

  watch(id: LineId, watcher: (high: Level) => void): () => void {
    return this.#find(id).watch(watcher);
  }

  close(): void {
    for (const line of this.#lines) this.#forget(line);
  }

  #move(line: SimLine, level: Outside, bounce_ms: number): void {
    line.push(level);
    if (bounce_ms <= 0 || level === 'open') return;
    for (let bounce = 1; bounce < BOUNCES; bounce += 1) {
      const rests = bounce % 2 === 0;
      this.#later(line, (bounce_ms * bounce) / (BOUNCES - 1), () => line.push(rests ? level : !level));
    }
  }

  #later(line: SimLine, delay_ms: number, action: () => void): void {
    const pending = this.#pending.get(line) ?? [];
    pending.push(this.#clock.after(delay_ms, action));
    this.#pending.set(line, pending);
  }

  #forget(line: SimLine): void {
    for (const cancel of this.#pending.get(line) ?? []) cancel();
    this.#pending.delete(line);
  }
}
