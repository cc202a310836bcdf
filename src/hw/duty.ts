import { HardwareError } from './errors.ts';
import type { PwmSettings } from './ports.ts';

/** @throws HardwareError HW_VALUE_OUT_OF_RANGE */
export function assertPwm({ frequency_hz, initial_duty }: PwmSettings): void {
  if (!(frequency_hz > 0))
    throw new HardwareError('HW_VALUE_OUT_OF_RANGE', `a PWM of ${frequency_hz} Hz is not possible`);
  assertDuty(initial_duty);
}

/** @throws HardwareError HW_VALUE_OUT_OF_RANGE */
export function assertDuty(duty: number): void {
  if (!(duty >= 0 && duty <= 1)) throw new HardwareError('HW_VALUE_OUT_OF_RANGE', `a duty of ${duty} is not 0 to 1`);
}
