import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Level } from '../ports.ts';

/** What a pin controller shows of a pin. */
export interface PinState {
  /** The physical level: true is high. */
  readonly high: Level;
  /** What it is instead of a GPIO, such as alt0. */
  readonly function?: string;
}

const FOLDER = '/sys/kernel/debug/pinctrl';

/**
 * The pins of a GPIO chip, by line. To ask the chip itself for a line would move it: who lets go of one makes it an input, whatever
 * bus it was given to [pinctrl-bcm2835.c, bcm2835_pmx_free; pinctrl-rp1.c, rp1_pmx_free]. This moves nothing, and is for root alone:
 * for anybody else, and for a chip that is no pin controller, there is nothing.
 */
export async function readPinStates(label: string, folder = FOLDER): Promise<ReadonlyMap<number, PinState>> {
  const controllers = await readdir(folder).catch(() => []);
  const texts = controllers.map((name) => readFile(join(folder, name, 'pins'), 'utf8').catch(() => ''));
  return parsePinStates((await Promise.all(texts)).join('\n'), label);
}

/**
 * Such as `pin 17 (gpio17) 17:pinctrl-bcm2711 function gpio_in in lo; irq 61 (none)` of a Pi 4, or of a Pi 5
 * `pin 17 (gpio17) 17:pinctrl-rp1 function alt5 (gpio) in lo; irq 0 (none)`.
 */
const PIN =
  /^pin \d+ \(\S+\) (?<line>\d+):(?<label>\S+) function (?<mux>\w+)(?: \((?<name>\w+)\))? in (?<level>hi|lo);/gm;

const IS_GPIO = /^gpio(?:_in|_out)?$/;

export function parsePinStates(text: string, label: string): ReadonlyMap<number, PinState> {
  const pins = [...text.matchAll(PIN)].flatMap(({ groups = {} }) => (groups['label'] === label ? [groups] : []));
  return new Map(
    pins.map(({ line, mux = '', name = mux, level }) => [
      Number(line),
      { high: level === 'hi', ...(!IS_GPIO.test(name) && { function: name }) },
    ]),
  );
}
