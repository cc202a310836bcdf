import type { Driver } from '#hw';
import { FULL_BRIGHTNESS } from '#topics';
import { openDuty } from '../../entity/duty-output.ts';
import type { Output } from '../../entity/truth.ts';
import type { LightConfig } from './config.ts';
import { dutyOf, levelOf, type LightLevel } from './level.ts';

/** Opens the line of a light: PWM, or a plain output for one that is on and off only. */
export function openLamp(
  driver: Driver,
  config: LightConfig,
  initial: LightLevel | 'keep',
): Promise<Output<LightLevel>> {
  if (!config.brightness || initial === 'keep') return openPlain(driver, config, initial);
  const { gamma } = config;
  return openDuty(
    driver,
    {
      ...config,
      dutyOf: (level) => dutyOf(level, gamma),
      valueOf: (duty, { brightness }) => levelOf(duty, gamma, brightness),
    },
    initial,
  );
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
    initial: initial === 'keep' ? initial : initial.on,
  });
  return {
    write: ({ on }) => output.write(on),
    read: async () => ({ on: await output.read(), brightness: FULL_BRIGHTNESS }),
    close: () => output.close(),
  };
}
