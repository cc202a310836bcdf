import { readSync } from 'node:fs';
import { errnoName } from '../failure.ts';
import type { Level } from '../ports.ts';
import { HeldRequest } from './held-request.ts';
import { ONLY_LINE } from './line-values.ts';

/** A line that the kernel gave to this process, until it is closed. */
export class HeldLine extends HeldRequest {
  #watch: { close(): void } | undefined;

  /** @throws HardwareError HW_CLOSED, HW_LINE_GONE */
  get(): Level {
    return this.getBits(ONLY_LINE) !== 0n;
  }

  /** @throws HardwareError HW_CLOSED, HW_LINE_GONE */
  set(level: Level): void {
    this.setBits(ONLY_LINE, level ? ONLY_LINE : 0n);
  }

  /** Calls back from the event loop while there is something to `take`, until `ignore` or `close`. Once for a line. */
  whenReadable(callback: () => void): void {
    const guarded = (): void => {
      // It can be closed between the poll and this.
      if (this.#watch) callback();
    };
    this.#watch = this.call((fd, libc) => libc.whenReadable(fd, guarded));
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
    return this.call((fd) => {
      try {
        return readSync(fd, buffer);
      } catch (error) {
        if (errnoName(error) === 'EAGAIN') return 0;
        throw error;
      }
    });
  }

  override close(): void {
    // Before the descriptor: the event loop must not wait for a number that the kernel gives to another file next.
    this.ignore();
    super.close();
  }
}
