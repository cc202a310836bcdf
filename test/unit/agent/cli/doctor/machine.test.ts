import { expect, test } from 'vitest';
import { LinuxMachine, type ThrottlingCauses } from '#hw';
import { lookAtMachine } from '../../../../../src/agent/cli/doctor/machine.ts';

const GOOD: ThrottlingCauses = {
  undervoltage: false,
  frequency_capped: false,
  throttled: false,
  soft_temperature_limit: false,
};
const LOW = { ...GOOD, undervoltage: true };
const HOT = { ...GOOD, throttled: true };

class Pi extends LinuxMachine {
  readonly #causes: readonly [now: ThrottlingCauses, latched: ThrottlingCauses];

  constructor(...causes: [now: ThrottlingCauses, latched: ThrottlingCauses]) {
    super('/nowhere');
    this.#causes = causes;
  }

  override async model(): Promise<string> {
    return 'Raspberry Pi 5 Model B Rev 1.0';
  }

  override async throttling() {
    const [now, latched] = this.#causes;
    return { now, latched };
  }
}

test.each([
  ['good', GOOD, GOOD, 'ok', 'high enough'],
  ['low now', LOW, LOW, 'warn', 'too low now'],
  ['low before', GOOD, LOW, 'warn', 'too low a moment ago'],
  ['hot', HOT, HOT, 'warn', 'too hot'],
])('a Pi whose power is %s', async (_what, now, latched, verdict, words) => {
  const [model, power] = await lookAtMachine(new Pi(now, latched));
  expect(model).toEqual({ verdict: 'ok', message: 'Raspberry Pi 5 Model B Rev 1.0' });
  expect(power).toMatchObject({ verdict, message: expect.stringContaining(words) as string });
});

test('another machine has no such figures, and that is no fault', async () => {
  expect(await lookAtMachine(new LinuxMachine('/nowhere'))).toEqual([
    { verdict: 'ok', message: 'no Raspberry Pi, by the device tree' },
  ]);
});
