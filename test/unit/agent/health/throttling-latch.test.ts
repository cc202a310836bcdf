import { LinuxMachine, type Throttling } from '#hw';
import { expect, test } from 'vitest';
import { ThrottlingLatch } from '../../../../src/agent/health/throttling-latch.ts';
import { parseThrottled } from '../../../../src/hw/machine/parse.ts';
import { HandClock } from '../../../rigs/hand-clock.ts';

/** Says what the firmware says, in its own hex; undefined: a machine that has no such firmware. */
class Pi extends LinuxMachine {
  looks = 0;
  bits: string | undefined;

  constructor(bits: string | undefined) {
    super('/nowhere');
    this.bits = bits;
  }

  override async throttling(): Promise<Throttling | undefined> {
    this.looks += 1;
    return parseThrottled(this.bits ?? '');
  }
}

function rig(bits: string | undefined) {
  const pi = new Pi(bits);
  const clock = new HandClock();
  return { pi, clock, latch: new ThrottlingLatch(pi, clock) };
}

test('a dip that the kernel forgot after two seconds stays latched, and is over now', async () => {
  const { pi, clock, latch } = rig('0');
  await latch.start();
  expect(latch.latest).toMatchObject({ now: { undervoltage: false }, latched: { undervoltage: false } });
  pi.bits = '50005';
  await clock.pass(2_000);
  expect(latch.latest).toMatchObject({ now: { undervoltage: true, throttled: true } });
  pi.bits = '0';
  await clock.pass(60_000);
  expect(latch.latest).toEqual({
    now: { undervoltage: false, frequency_capped: false, throttled: false, soft_temperature_limit: false },
    latched: { undervoltage: true, frequency_capped: false, throttled: true, soft_temperature_limit: false },
  });
  latch.stop();
  expect(clock.waiting).toBe(0);
});

test('a dip between two looks is latched as well, by what the kernel still keeps', async () => {
  const { pi, clock, latch } = rig('0');
  await latch.start();
  pi.bits = '10000';
  await clock.pass(2_000);
  pi.bits = '0';
  await clock.pass(2_000);
  expect(latch.latest).toMatchObject({ now: { undervoltage: false }, latched: { undervoltage: true } });
  latch.stop();
});

test('a machine that says nothing is asked once', async () => {
  const { pi, clock, latch } = rig(undefined);
  await latch.start();
  await clock.pass(60_000);
  expect([latch.latest, pi.looks, clock.waiting]).toEqual([undefined, 1, 0]);
});
