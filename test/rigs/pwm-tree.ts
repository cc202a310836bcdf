import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const cell = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

const HANDLE = 0x5c;

/** As a pins' group says which lines it is made of. */
export const PINS = {
  /** `dtoverlay=pwm-2chan` on a Pi 4. */
  bcm: (...lines: number[]) => ({ 'brcm,pins': Buffer.concat(lines.map(cell)) }),
  /** The same on a Pi 5. */
  rp1: (...lines: number[]) => ({ pins: Buffer.from(lines.map((line) => `gpio${line}\0`).join('')) }),
};

/** A folder that stands for /sys: a GPIO chip and a PWM chip that an overlay gave these pins to. */
export class PwmTree {
  readonly sys = mkdtempSync(join(tmpdir(), 'pinbus-sys-'));

  /** `real`: the folder of a chip of the kernel's that does the work. */
  constructor(gpiochip: string, pins: Readonly<Record<string, Buffer>>, real?: { readonly chip: string }) {
    const gpio = join(this.sys, 'bus/gpio/devices', gpiochip, 'of_node');
    const pwm = join(this.sys, 'class/pwm/pwmchip0');
    for (const folder of [join(gpio, 'spi0_pins'), join(gpio, 'pwm_pins'), join(pwm, 'device/of_node')]) {
      mkdirSync(folder, { recursive: true });
    }
    writeFileSync(join(gpio, 'compatible'), 'brcm,gpio\0');
    writeFileSync(join(gpio, 'spi0_pins/phandle'), cell(HANDLE - 1));
    writeFileSync(join(gpio, 'spi0_pins/brcm,pins'), Buffer.concat([9, 10, 11].map(cell)));
    writeFileSync(join(gpio, 'pwm_pins/phandle'), cell(HANDLE));
    for (const [name, value] of Object.entries(pins)) writeFileSync(join(gpio, 'pwm_pins', name), value);
    writeFileSync(join(pwm, 'device/of_node/pinctrl-0'), cell(HANDLE));
    if (real === undefined) return;
    const names = ['export', 'unexport', ...[0, 1, 2, 3].map((channel) => `pwm${channel}`)];
    for (const name of names) symlinkSync(join(real.chip, name), join(pwm, name));
  }

  dispose(): void {
    rmSync(this.sys, { recursive: true });
  }
}
