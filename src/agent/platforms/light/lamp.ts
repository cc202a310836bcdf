import { type Driver, HardwareError } from '#hw';
import { FULL_BRIGHTNESS } from '#topics';
import type { Output } from '../../entity/truth.ts';
import type { LightConfig } from './config.ts';
import { dutyOf, levelOf, type LightLevel } from './level.ts';

/**
 * Duties closer than this are one: hardware rounds them to steps of its own (8 bits are the coarsest in use), and at the
 * lower end of the gamma curve a step is several brightnesses.
 */
const DUTY_STEP = 1 / 256;

/** Opens the line of a light: PWM, or a plain output for one that is on and off only. */
export function openLamp(
  driver: Driver,
  config: LightConfig,
  initial: LightLevel | 'keep',
): Promise<Output<LightLevel>> {
  return config.brightness && initial !== 'keep'
    ? openDimmed(driver, config, initial)
    : openPlain(driver, config, initial);
}

async function openPlain(
  driver: Driver,
  config: LightConfig,
  initial: LightLevel | 'keep',
): Promise<Output<LightLevel>> {
  const { line, active_low } = config;
  const output = await driver.openOutput({
    line,
    active_low,
    drive: 'push_pull',
    initial: initial !== 'keep' && initial.on,
  });
  return {
    write: ({ on }) => output.write(on),
    read: async () => ({ on: await output.read(), brightness: FULL_BRIGHTNESS }),
    close: () => output.close(),
  };
}

async function openDimmed(driver: Driver, config: LightConfig, initial: LightLevel): Promise<Output<LightLevel>> {
  const { line, active_low, frequency_hz, gamma } = config;
  if (!driver.openPwm) throw new HardwareError('HW_PWM_UNSUPPORTED', `the driver ${driver.name} has no PWM`);
  const onWire = (duty: number) => (active_low ? 1 - duty : duty);
  let written = initial;
  const pwm = await driver.openPwm({ line, frequency_hz, initial_duty: onWire(dutyOf(initial, gamma)) });
  return {
    write: async (level) => {
      await pwm.write(onWire(dutyOf(level, gamma)));
      written = level;
    },
    read: async () => {
      const duty = onWire(await pwm.read());
      if (Math.abs(duty - dutyOf(written, gamma)) < DUTY_STEP) return written;
      return levelOf(duty, gamma, written.brightness);
    },
    close: () => pwm.close(),
  };
}
