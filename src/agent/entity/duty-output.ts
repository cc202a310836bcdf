import { type Driver, HardwareError, type LineId } from '#hw';
import type { Output } from './truth.ts';

/**
 * Duties closer than this are one: hardware rounds them to steps of its own, of which 8 bits are the coarsest in use; and where the curve
 * from value to duty is flat, a step is several values.
 */
const DUTY_STEP = 1 / 256;

export interface DutyOptions<T> {
  readonly line: LineId;
  readonly active_low: boolean;
  /** Hz. */
  readonly frequency_hz: number;
  /** 0 to 1, of the active level. */
  dutyOf(value: T): number;
  /** What a duty is that nobody here has written; `written` is what was. */
  valueOf(duty: number, written: T): T;
}

/** Opens a line with PWM, as an output of values. Throws HardwareError HW_PWM_UNSUPPORTED. */
export async function openDuty<T>(driver: Driver, options: DutyOptions<T>, initial: T): Promise<Output<T>> {
  const { line, active_low, frequency_hz } = options;
  if (!driver.openPwm) throw new HardwareError('HW_PWM_UNSUPPORTED', `the driver ${driver.name} has no PWM`);
  const onWire = (duty: number) => (active_low ? 1 - duty : duty);
  let written = initial;
  const pwm = await driver.openPwm({ line, frequency_hz, initial_duty: onWire(options.dutyOf(initial)) });
  return {
    write: async (value) => {
      await pwm.write(onWire(options.dutyOf(value)));
      written = value;
    },
    read: async () => {
      const duty = onWire(await pwm.read());
      return Math.abs(duty - options.dutyOf(written)) < DUTY_STEP ? written : options.valueOf(duty, written);
    },
    close: () => pwm.close(),
  };
}
