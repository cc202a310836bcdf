import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { PwmChips } from '../../../../src/hw/hardware-pwm/chips.ts';
import { PINS, PwmTree } from '../../../rigs/pwm-tree.ts';

const PI4 = { label: 'pinctrl-bcm2711', path: '/dev/gpiochip0' };
const PI5 = { label: 'pinctrl-rp1', path: '/dev/gpiochip4' };

let tree: PwmTree | undefined;
afterEach(() => {
  tree?.dispose();
  tree = undefined;
});

test.each([
  ['a Pi 4', PI4, PINS.bcm(18, 19), { 18: 0, 19: 1 }],
  ['a Pi 5', PI5, PINS.rp1(12, 19), { 12: 0, 19: 3 }],
])(
  'on %s the overlay says which lines have a channel, and the board which one',
  async (_board, gpio, pins, channels) => {
    tree = new PwmTree(gpio.path.slice('/dev/'.length), pins);
    const chips = new PwmChips(tree.sys);
    for (const [line, channel] of Object.entries(channels)) {
      expect(await chips.channelOf(gpio, Number(line))).toEqual({
        chip: join(tree.sys, 'class/pwm/pwmchip0'),
        channel,
      });
    }
    // It could be PWM, but the overlay does not name it; it never can; it is in another group of pins.
    for (const line of [13, 23, 10]) expect(await chips.channelOf(gpio, line)).toBeUndefined();
  },
);

test('a machine without PWM chips has no channels', async () => {
  expect(await new PwmChips('/nowhere').channelOf(PI4, 18)).toBeUndefined();
});
