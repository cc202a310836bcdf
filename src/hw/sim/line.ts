import { HardwareError } from '../errors.ts';
import type { Level, LineInfo } from '../ports.ts';
import { type Inside, type Outside, wireLevel } from './wire.ts';

/**
 * access_denied: cannot be opened. stuck: a write does not move it. deaf: its edges are lost. coalescing: of edges that are
 * told at once there is only the last, as with sysfs. gone: whatever holds it fails, and so does opening.
 */
export const SIM_FAULTS = ['access_denied', 'stuck', 'deaf', 'coalescing', 'gone'] as const;
export type SimFault = (typeof SIM_FAULTS)[number];

/** What holds a line: one consumer at a time, as the kernel has it. */
export interface Holder {
  readonly consumer: string;
  readonly active_low: boolean;
  /** The physical level changed. */
  readonly changed?: (high: Level) => void;
  readonly failed?: (error: HardwareError) => void;
}

/** One line of the simulated chip and the world at its end. Levels here are physical: true is high. */
export class SimLine {
  readonly offset: number;
  readonly name: string;
  /** 0 to 1 while the line has PWM. */
  duty: number | undefined;
  #holder: Holder | undefined;
  #fault: SimFault | undefined;
  #inside: Inside = { kind: 'input', bias: 'as_is' };
  #outside: Outside = 'open';
  #high: Level;
  readonly #watchers = new Set<(high: Level) => void>();

  constructor(offset: number, name: string, consumer: string | undefined) {
    this.offset = offset;
    this.name = name;
    if (consumer !== undefined) this.#holder = { consumer, active_low: false };
    this.#high = wireLevel(offset, this.#inside, this.#outside, false);
  }

  get high(): Level {
    return this.#high;
  }

  get outside(): Outside {
    return this.#outside;
  }

  get isOutput(): boolean {
    return this.#inside.kind === 'output';
  }

  get isStuck(): boolean {
    return this.#fault === 'stuck';
  }

  get isCoalescing(): boolean {
    return this.#fault === 'coalescing';
  }

  get activeLow(): boolean {
    return this.#holder?.active_low ?? false;
  }

  get info(): LineInfo & { readonly level: Level } {
    const { offset, name } = this;
    const direction = this.isOutput ? 'out' : 'in';
    const level = this.#high !== this.activeLow;
    const consumer = this.#holder?.consumer;
    return consumer === undefined ? { offset, name, direction, level } : { offset, name, direction, level, consumer };
  }

  /** @throws HardwareError HW_LINE_BUSY, HW_ACCESS_DENIED, HW_LINE_GONE */
  request(holder: Holder, inside: Inside): void {
    if (this.#fault === 'access_denied') {
      throw new HardwareError('HW_ACCESS_DENIED', `line ${this.offset}: permission denied (EACCES)`);
    }
    this.assertPresent();
    if (this.#holder) {
      const message = `line ${this.offset} is held by ${JSON.stringify(this.#holder.consumer)} (EBUSY)`;
      throw new HardwareError('HW_LINE_BUSY', message);
    }
    this.#holder = holder;
    this.drive(inside);
  }

  /** The registers stay as they are, so an output keeps its level until somebody else requests the line. */
  release(): void {
    this.#holder = undefined;
    this.duty = undefined;
  }

  /** Writes the chip's registers, unless the line is stuck. */
  drive(inside: Inside): void {
    if (this.isStuck && inside.kind === 'output' && this.isOutput) return;
    this.#inside = inside;
    this.#settle(wireLevel(this.offset, this.#inside, this.#outside, this.#high));
  }

  /**
   * Does something to the wire from outside. On an output it stands for another program that writes the register behind
   * the holder's back: it lasts until the holder's next write.
   */
  push(outside: Outside): void {
    this.#outside = outside;
    const moved = this.isOutput && outside !== 'open';
    this.#settle(moved ? outside : wireLevel(this.offset, this.#inside, this.#outside, this.#high));
  }

  set fault(fault: SimFault | undefined) {
    this.#fault = fault;
    if (fault === 'gone') this.#holder?.failed?.(this.#goneError());
  }

  /** @throws HardwareError HW_LINE_GONE */
  assertPresent(): void {
    if (this.#fault === 'gone') throw this.#goneError();
  }

  /** Calls back with each physical level, as an oscilloscope at the pin would show it. */
  watch(watcher: (high: Level) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #settle(high: Level): void {
    if (high === this.#high) return;
    this.#high = high;
    for (const watcher of this.#watchers) watcher(high);
    if (this.#fault !== 'deaf') this.#holder?.changed?.(high);
  }

  #goneError(): HardwareError {
    return new HardwareError('HW_LINE_GONE', `line ${this.offset} does not answer (ENODEV)`);
  }
}
