import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { cells, channelOfLine, linesOfGroup } from './pin-groups.ts';

/** A channel of a PWM chip, in sysfs. */
export interface PwmChannel {
  /** The folder of the chip, such as /sys/class/pwm/pwmchip0. */
  readonly chip: string;
  readonly channel: number;
}

/**
 * The PWM chips of the machine, and the lines that they are wired to: an overlay such as `dtoverlay=pwm,pin=18,func=2` names the pins
 * for the chip in the device tree.
 */
export class PwmChips {
  readonly #sys: string;

  /** `sys`: the folder that stands for /sys. */
  constructor(sys = '/sys') {
    this.#sys = sys;
  }

  /** The channel that drives a line of the GPIO chip; undefined where no overlay gave the line to a PWM chip. */
  async channelOf(
    gpio: { readonly label: string; readonly path: string },
    line: number,
  ): Promise<PwmChannel | undefined> {
    const channel = channelOfLine(gpio.label, line);
    if (channel === undefined) return undefined;
    const folder = join(this.#sys, 'class/pwm');
    for (const name of await list(folder)) {
      const chip = join(folder, name);
      const groups = cells((await property(join(chip, 'device/of_node/pinctrl-0'))) ?? Buffer.of());
      if (groups.length > 0 && (await this.#linesOf(gpio.path, groups)).includes(line)) return { chip, channel };
    }
    return undefined;
  }

  /** The lines in the groups of pins with these handles, which are children of the GPIO chip in the device tree. */
  async #linesOf(path: string, handles: readonly number[]): Promise<readonly number[]> {
    const chip = join(this.#sys, 'bus/gpio/devices', basename(path), 'of_node');
    const lines: number[] = [];
    for (const name of await list(chip)) {
      const handle = await property(join(chip, name, 'phandle'));
      if (handle === undefined || !handles.includes(cells(handle)[0] ?? 0)) continue;
      const numbers = await property(join(chip, name, 'brcm,pins'));
      const names = await property(join(chip, name, 'pins'));
      lines.push(...linesOfGroup({ ...(numbers && { numbers }), ...(names && { names }) }));
    }
    return lines;
  }
}

/** Undefined for one that is not there: most of what a folder has is no group of pins. */
const property = (file: string): Promise<Buffer | undefined> => readFile(file).catch(() => undefined);

const list = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);
