import { access, constants, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { assertDuty } from '../duty.ts';
import { HardwareError } from '../errors.ts';
import { errnoName, failureOf } from '../failure.ts';
import type { PwmOutput, PwmSettings } from '../ports.ts';
import type { PwmChannel } from './chips.ts';

const NANOSECONDS = 1_000_000_000;
/** After the export, udev gives the files to the group gpio: until then they are root's alone. */
const PERMISSION_TRIES = 50;
const PERMISSION_PAUSE_MS = 20;

/** PWM that a chip makes by itself, through /sys/class/pwm [Documentation/driver-api/pwm.rst]. */
export class HardwarePwm implements PwmOutput {
  readonly #chip: string;
  readonly #channel: number;
  readonly #period_ns: number;
  readonly #subject: string;
  readonly #closed: () => void;
  #open = true;

  constructor({ chip, channel }: PwmChannel, { line, frequency_hz }: PwmSettings, closed: () => void) {
    this.#chip = chip;
    this.#channel = channel;
    this.#period_ns = Math.round(NANOSECONDS / frequency_hz);
    this.#subject = `PWM of line ${line} (channel ${channel} of ${basename(chip)})`;
    this.#closed = closed;
  }

  /**
   * Takes the channel and starts the wave; one that runs already, because its holder was killed, is never stopped for that.
   * @throws HardwareError HW_LINE_BUSY, HW_ACCESS_DENIED, HW_CHIP_MISSING, HW_VALUE_OUT_OF_RANGE
   */
  async begin(duty: number): Promise<void> {
    await this.#call(async () => {
      await this.#export();
      const high_ns = this.#highTime(duty);
      // The kernel refuses a period that is shorter than the time high, even for a moment.
      const isLonger = this.#period_ns >= (await this.#read('duty_cycle'));
      if (isLonger) await this.#setPeriod();
      await this.#set('duty_cycle', high_ns);
      if (!isLonger) await this.#setPeriod();
      await this.#set('enable', 1);
    });
  }

  async write(duty: number): Promise<void> {
    assertDuty(duty);
    await this.#call(() => this.#set('duty_cycle', this.#highTime(duty)));
  }

  async read(): Promise<number> {
    return this.#call(async () => {
      if ((await this.#read('enable')) === 0) return 0;
      return (await this.#read('duty_cycle')) / (await this.#read('period'));
    });
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    try {
      // A wave that ends leaves its line at a level: low, unless it was always high.
      if ((await this.read()) < 1) await this.write(0);
      await this.#call(() => writeFile(join(this.#chip, 'unexport'), String(this.#channel)));
    } finally {
      this.#open = false;
      this.#closed();
    }
  }

  async #export(): Promise<void> {
    const isThere = await this.#isWritable();
    if (!isThere) {
      await writeFile(join(this.#chip, 'export'), String(this.#channel)).catch((error: unknown) => {
        // Exported before, by a program that was killed; its files are still on their way to the group.
        if (errnoName(error) !== 'EBUSY') throw error;
      });
    }
    for (let tries = 1; !(await this.#isWritable()); tries += 1) {
      // Says what is in the way.
      if (tries === PERMISSION_TRIES) await access(this.#file('enable'), constants.W_OK);
      await wait(PERMISSION_PAUSE_MS);
    }
  }

  async #setPeriod(): Promise<void> {
    try {
      await this.#set('period', this.#period_ns);
    } catch (cause) {
      if (!['EINVAL', 'ERANGE'].includes(errnoName(cause) ?? '')) throw cause;
      const message = `${this.#subject}: the chip cannot do ${NANOSECONDS / this.#period_ns} Hz`;
      throw new HardwareError('HW_VALUE_OUT_OF_RANGE', message, { cause });
    }
  }

  #highTime(duty: number): number {
    return Math.round(duty * this.#period_ns);
  }

  #isWritable(): Promise<boolean> {
    return access(this.#file('enable'), constants.W_OK).then(
      () => true,
      () => false,
    );
  }

  async #read(file: string): Promise<number> {
    return Number((await readFile(this.#file(file), 'utf8')).trim());
  }

  #set(file: string, value: number): Promise<void> {
    return writeFile(this.#file(file), String(value));
  }

  #file(name: string): string {
    return join(this.#chip, `pwm${this.#channel}`, name);
  }

  async #call<T>(use: () => Promise<T>): Promise<T> {
    if (!this.#open) throw new HardwareError('HW_CLOSED', `${this.#subject} was used after it was closed`);
    try {
      return await use();
    } catch (error) {
      throw failureOf(error, this.#subject);
    }
  }
}
