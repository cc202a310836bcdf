import { type Driver, openDriver } from '#hw';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../rigs/until.ts';
import { GpioSim } from './gpio-sim.ts';
import { LevelRecord } from './level-record.ts';

const LED = 23;
/** 20 Hz: the tick of this kernel is 1 ms, 2 % of the period. */
const frequency_hz = 20;

let chip: GpioSim;
let driver: Driver;
beforeEach(async () => {
  chip = new GpioSim('pi5');
  ({ driver } = await openDriver({ driver: 'cdev', board: 'pi5' }));
});
afterEach(async () => {
  await driver.close();
  chip.remove();
});

async function openLed(initial_duty: number) {
  const pwm = await driver.openPwm?.({ line: LED, frequency_hz, initial_duty });
  if (pwm === undefined) throw new Error('cdev has PWM');
  return pwm;
}

/** The share of each period that the line is high; the one in the middle, which no few late changes of a busy machine move. */
function share(record: LevelRecord): number {
  const shares = record.changes
    .flatMap(({ high, at_ms }, index) => {
      const [fall, rise] = [record.changes[index + 1], record.changes[index + 2]];
      return high && fall && rise ? [(fall.at_ms - at_ms) / (rise.at_ms - at_ms)] : [];
    })
    .toSorted((a, b) => a - b);
  return shares[Math.floor(shares.length / 2)] ?? Number.NaN;
}

test('the share of time that the line is high is the duty, while the main thread is busy', async () => {
  const pwm = await openLed(0.3);
  const record = new LevelRecord(chip, LED);
  for (let round = 0; record.changes.length < 42; round += 1) {
    const until_ms = performance.now() + 200;
    while (performance.now() < until_ms);
    await new Promise(setImmediate);
    if (round > 100) throw new Error('the wave stands still');
  }
  expect(share(record)).toBeGreaterThan(0.15);
  expect(share(record)).toBeLessThan(0.45);
  await pwm.close();
});

test('a wave that ends leaves its line low', async () => {
  const pwm = await openLed(0.9);
  const record = new LevelRecord(chip, LED);
  await until('some periods', () => record.changes.length > 6);
  await pwm.close();
  expect(record.levels.at(-1)).toBe(false);
});

test('a line whose chip is pulled out fails, and the others go on', async () => {
  const pwm = await openLed(0.5);
  chip.remove();
  await until('the failure', () =>
    pwm.read().then(
      () => false,
      () => true,
    ),
  );
  await expect(pwm.write(0.4)).rejects.toMatchObject({ code: 'HW_LINE_GONE', retryable: true });
  await pwm.close();
  chip = new GpioSim('pi5');
});
