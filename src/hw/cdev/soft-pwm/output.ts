import { assertDuty } from '../../duty.ts';
import { failureOf } from '../../failure.ts';
import type { PwmOutput } from '../../ports.ts';
import type { PwmThread } from './thread.ts';

/**
 * Faster waves cost more than they give: a change of a level takes some 20 µs and comes some 100 µs late on a busy Pi, which
 * is 2 % of this one's period. The eye sees no flicker from about 100 Hz on.
 */
const MAX_HZ = 200;

/** An output line that a wave may be put on. */
export interface WavedLine {
  readonly subject: string;
  readonly isOpen: boolean;
  /** @throws HardwareError HW_CLOSED */
  readonly fd: number;
  close(): void;
}

/** PWM made in software, on a line that has none of its own. */
export class SoftPwm implements PwmOutput {
  readonly #line: WavedLine;
  readonly #thread: PwmThread;
  readonly #period_ms: number;

  constructor(line: WavedLine, thread: PwmThread, frequency_hz: number) {
    this.#line = line;
    this.#thread = thread;
    this.#period_ms = 1_000 / Math.min(frequency_hz, MAX_HZ);
  }

  async write(duty: number): Promise<void> {
    assertDuty(duty);
    await this.#call((fd) => this.#thread.drive(fd, { period_ms: this.#period_ms, duty }));
  }

  async read(): Promise<number> {
    return this.#call((fd) => this.#thread.duty(fd));
  }

  async close(): Promise<void> {
    if (!this.#line.isOpen) return;
    // Before the descriptor is closed: the kernel gives its number to another file next.
    try {
      await this.#call((fd) => this.#thread.drop(fd));
    } finally {
      this.#line.close();
    }
  }

  async #call<T>(use: (fd: number) => Promise<T>): Promise<T> {
    try {
      return await use(this.#line.fd);
    } catch (error) {
      throw failureOf(error, this.#line.subject);
    }
  }
}
