import { closeSync, readSync } from 'node:fs';
import { HardwareError } from '../errors.ts';
import type { Level } from '../ports.ts';
import { errnoName, failureOf } from '../failure.ts';
import { GPIO_V2_LINE_GET_VALUES, GPIO_V2_LINE_SET_CONFIG, GPIO_V2_LINE_SET_VALUES } from './ioctl.ts';
import type { Libc } from '../libc.ts';
import { newLineValues, readLineValues } from './line-values.ts';

/** A line that the kernel gave to this process, until it is closed. Levels are logical: the kernel applies `active_low`. */
export class HeldLine {
  /** What to call it in a message. */
  readonly subject: string;
  readonly #libc: Libc;
  readonly #closed: () => void;
  #fd: number | undefined;
  #watch: { close(): void } | undefined;

  constructor(libc: Libc, fd: number, subject: string, closed: () => void) {
    this.#libc = libc;
    this.#fd = fd;
    this.subject = subject;
    this.#closed = closed;
  }

  /** @throws HardwareError HW_CLOSED, HW_LINE_GONE */
  get(): Level {
    const values = newLineValues();
    this.#call((fd) => this.#libc.ioctl(fd, GPIO_V2_LINE_GET_VALUES, values));
    return readLineValues(values);
  }

  /** @throws HardwareError HW_CLOSED, HW_LINE_GONE */
  set(level: Level): void {
    this.#call((fd) => this.#libc.ioctl(fd, GPIO_V2_LINE_SET_VALUES, newLineValues(level)));
  }

  /**
   * Makes it what a struct gpio_v2_line_config says.
   * @throws HardwareError HW_CLOSED, HW_LINE_GONE, HW_SETTING_UNSUPPORTED
   */
  configure(config: Buffer): void {
    this.#call((fd) => this.#libc.ioctl(fd, GPIO_V2_LINE_SET_CONFIG, config));
  }

  /** Calls back from the event loop while there is something to `take`, until `ignore` or `close`. Once for a line. */
  whenReadable(callback: () => void): void {
    const guarded = (): void => {
      // It can be closed between the poll and this.
      if (this.#watch) callback();
    };
    this.#watch = this.#call((fd) => this.#libc.whenReadable(fd, guarded));
  }

  ignore(): void {
    this.#watch?.close();
    this.#watch = undefined;
  }

  /**
   * What is there to read, into `buffer`; the number of bytes, 0 for nothing.
   * @throws HardwareError HW_CLOSED, HW_LINE_GONE
   */
  take(buffer: Buffer): number {
    return this.#call((fd) => {
      try {
        return readSync(fd, buffer);
      } catch (error) {
        if (errnoName(error) === 'EAGAIN') return 0;
        throw error;
      }
    });
  }

  /**
   * For a call that another thread makes on it.
   * @throws HardwareError HW_CLOSED
   */
  get fd(): number {
    return this.#call((fd) => fd);
  }

  get isOpen(): boolean {
    return this.#fd !== undefined;
  }

  close(): void {
    const fd = this.#fd;
    if (fd === undefined) return;
    this.#fd = undefined;
    this.#closed();
    // Before the descriptor: the event loop must not wait for a number that the kernel gives to another file next.
    this.ignore();
    closeSync(fd);
  }

  #call<T>(use: (fd: number) => T): T {
    if (this.#fd === undefined) throw new HardwareError('HW_CLOSED', `${this.subject} was used after it was closed`);
    try {
      return use(this.#fd);
    } catch (error) {
      throw failureOf(error, this.subject);
    }
  }
}
