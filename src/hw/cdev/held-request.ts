import { closeSync } from 'node:fs';
import { HardwareError } from '../errors.ts';
import { failureOf } from '../failure.ts';
import type { Libc } from '../libc.ts';
import { GPIO_V2_LINE_GET_VALUES, GPIO_V2_LINE_SET_CONFIG, GPIO_V2_LINE_SET_VALUES } from './ioctl.ts';
import { newLineValues, readLineValues } from './line-values.ts';

/** What the kernel gave to this process, until it is closed: one line or several. Levels are logical, it applies `active_low`. */
export class HeldRequest {
  /** What to call it in a message. */
  readonly subject: string;
  readonly #libc: Libc;
  readonly #closed: () => void;
  #fd: number | undefined;

  constructor(libc: Libc, fd: number, subject: string, closed: () => void) {
    this.#libc = libc;
    this.#fd = fd;
    this.subject = subject;
    this.#closed = closed;
  }

  /**
   * Makes it what a struct gpio_v2_line_config says.
   * @throws HardwareError HW_CLOSED, HW_LINE_GONE, HW_SETTING_UNSUPPORTED
   */
  configure(config: Buffer): void {
    this.call((fd, libc) => libc.ioctl(fd, GPIO_V2_LINE_SET_CONFIG, config));
  }

  /**
   * For a call that another thread makes on it.
   * @throws HardwareError HW_CLOSED
   */
  get fd(): number {
    return this.call((fd) => fd);
  }

  get isOpen(): boolean {
    return this.#fd !== undefined;
  }

  close(): void {
    const fd = this.#fd;
    if (fd === undefined) return;
    this.#fd = undefined;
    this.#closed();
    closeSync(fd);
  }

  /** Which of these lines are active, a bit for each as the mask has it. */
  protected getBits(lines: bigint): bigint {
    const values = newLineValues(lines);
    this.call((fd, libc) => libc.ioctl(fd, GPIO_V2_LINE_GET_VALUES, values));
    return readLineValues(values);
  }

  protected setBits(lines: bigint, active: bigint): void {
    this.call((fd, libc) => libc.ioctl(fd, GPIO_V2_LINE_SET_VALUES, newLineValues(lines, active)));
  }

  protected call<T>(use: (fd: number, libc: Libc) => T): T {
    if (this.#fd === undefined) throw new HardwareError('HW_CLOSED', `${this.subject} was used after it was closed`);
    try {
      return use(this.#fd, this.#libc);
    } catch (error) {
      throw failureOf(error, this.subject);
    }
  }
}
