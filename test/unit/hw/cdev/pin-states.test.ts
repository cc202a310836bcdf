import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parsePinStates, readPinStates } from '../../../../src/hw/cdev/pin-states.ts';

/** /sys/kernel/debug/pinctrl/fe200000.gpio-pinctrl-bcm2711/pins */
const PI4 = `registered pins: 58
pin 2 (gpio2) 2:pinctrl-bcm2711 function alt0 in hi; irq 0 (none)
pin 17 (gpio17) 17:pinctrl-bcm2711 function gpio_out in hi; irq 0 (none)
pin 23 (gpio23) 23:pinctrl-bcm2711 function gpio_in in lo; irq 61 (edge-both)
`;

/** /sys/kernel/debug/pinctrl/1f000d0000.gpio-pinctrl-rp1/pins, and that of another chip of the board. */
const PI5 = `registered pins: 54
pin 3 (gpio3) 3:pinctrl-rp1 function alt3 (i2c1) in hi; irq 0 (none)
pin 4 (gpio4) 4:pinctrl-rp1 function none (none) in lo; irq 0 (none)
pin 17 (gpio17) 17:pinctrl-rp1 function alt5 (gpio) in lo; irq 171 (edge-both)
`;
const OTHER = `registered pins: 36
pin 17 (gpio17) 17:gpio-brcmstb@107d508500 function alt1 (sd) in hi; irq 0 (none)
pin 18 (gpio18) 0:? function alt1 (sd) in hi; irq 0 (none)
`;

test('each pin of a Pi 4 has its level, and what it is instead of a GPIO', () => {
  expect([...parsePinStates(PI4, 'pinctrl-bcm2711')]).toEqual([
    [2, { high: true, function: 'alt0' }],
    [17, { high: true }],
    [23, { high: false }],
  ]);
});

test('each pin of a Pi 5 as well, and of no other chip of the machine', () => {
  expect([...parsePinStates(PI5 + OTHER, 'pinctrl-rp1')]).toEqual([
    [3, { high: true, function: 'i2c1' }],
    [4, { high: false, function: 'none' }],
    [17, { high: false }],
  ]);
});

test('whoever may not read them, or has no pin controller, is told nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pinbus-pinctrl-'));
  expect((await readPinStates('pinctrl-rp1', join(folder, 'missing'))).size).toBe(0);
  mkdirSync(join(folder, '1f000d0000.gpio-pinctrl-rp1'));
  expect((await readPinStates('pinctrl-rp1', folder)).size).toBe(0);
  writeFileSync(join(folder, '1f000d0000.gpio-pinctrl-rp1/pins'), PI5);
  expect((await readPinStates('pinctrl-rp1', folder)).size).toBe(3);
  rmSync(folder, { recursive: true });
});
