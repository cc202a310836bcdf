import { type Direction, Gpio } from 'onoff';
import { HardwareError } from '../errors.ts';
import { busy, errnoName, failureOf } from '../failure.ts';
import type { HeldLevel } from '../line-output.ts';
import type { Level } from '../ports.ts';

export interface LineTerms {
  /** The kernel's number of it. */
  readonly number: number;
  /** What to call it in a message. */
  readonly subject: string;
  readonly direction: 'in' | 'out';
  readonly active_low: boolean;
  /** The logical level that an output begins with. */
  readonly initial: Level;
}

/**
 * onoff reads the level from a callback of its poller, where an error would end the process: a chip that was pulled out
 * gives one.
 */
class GuardedGpio extends Gpio {
  onFailure: ((error: unknown) => void) | undefined;
  #last: 0 | 1 = 0;

  override readSync(): 0 | 1 {
    // The constructor of onoff reads, before this class has its fields.
    if (!(#last in this)) return super.readSync();
    try {
      this.#last = super.readSync();
    } catch (error) {
      if (this.onFailure === undefined) throw error;
      this.onFailure(error);
    }
    return this.#last;
  }

  /** The level, or why there is none. */
  level(): Level {
    return super.readSync() === 1;
  }
}

/** A line that this process has exported, until it is closed. */
export class HeldLine implements HeldLevel {
  readonly subject: string;
  readonly direction: 'in' | 'out';
  readonly #gpio: GuardedGpio;
  readonly #closed: () => void;
  #open = true;

  /** @throws HardwareError HW_LINE_BUSY, HW_ACCESS_DENIED, HW_LINE_GONE, HW_SETTING_UNSUPPORTED */
  constructor(terms: LineTerms, closed: () => void) {
    this.subject = terms.subject;
    this.direction = terms.direction;
    this.#closed = closed;
    try {
      this.#gpio = new GuardedGpio(terms.number, directionOf(terms), terms.direction === 'in' ? 'both' : 'none', {
        activeLow: terms.active_low,
      });
    } catch (error) {
      if (errnoName(error) === 'EBUSY') throw busy(error, terms.subject, '');
      throw failureOf(error, terms.subject);
    }
    // onoff goes on with whatever it finds when a line was exported before and cannot be set.
    if (this.#gpio.direction() !== terms.direction || this.#gpio.activeLow() !== terms.active_low) {
      this.close();
      throw new HardwareError(
        'HW_LINE_BUSY',
        `${terms.subject} is exported by another program, which set it otherwise`,
      );
    }
  }

  /** @throws HardwareError HW_CLOSED, HW_LINE_GONE */
  get(): Level {
    return this.#call((gpio) => gpio.level());
  }

  /** @throws HardwareError HW_CLOSED, HW_LINE_GONE */
  set(level: Level): void {
    this.#call((gpio) => gpio.writeSync(level ? 1 : 0));
  }

  /** Calls back from the event loop with the level that a change led to. Once for a line. */
  watch(changed: (level: Level) => void, failed: (error: HardwareError) => void): void {
    this.#call((gpio) => {
      gpio.onFailure = (error) => {
        gpio.unwatchAll();
        if (this.#open) failed(failureOf(error, this.subject));
      };
      gpio.watch((_error, value) => {
        if (this.#open) changed(value === 1);
      });
    });
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#closed();
    this.#gpio.unexport();
  }

  #call<T>(use: (gpio: GuardedGpio) => T): T {
    if (!this.#open) throw new HardwareError('HW_CLOSED', `${this.subject} was used after it was closed`);
    try {
      return use(this.#gpio);
    } catch (error) {
      throw failureOf(error, this.subject);
    }
  }
}

/** `high` and `low` make it an output and set its physical level in the one call [Documentation/admin-guide/gpio/sysfs.rst]. */
const directionOf = ({ direction, active_low, initial }: LineTerms): Direction => {
  if (direction === 'in') return 'in';
  return initial === active_low ? 'low' : 'high';
};
