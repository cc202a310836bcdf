import { HardwareError } from '../errors.ts';
import { LineOutput } from '../line-output.ts';
import { openInTurn } from '../outputs-in-turn.ts';
import type {
  DigitalInput,
  DigitalOutput,
  DigitalOutputs,
  Driver,
  InputSettings,
  LineInfo,
  OutputSettings,
  OutputsSettings,
} from '../ports.ts';
import { findSysfsChip, type SysfsChip } from './chip.ts';
import { HeldLine, type LineTerms } from './held-line.ts';
import { OnoffInput } from './input.ts';
import { exported } from './exported.ts';
import { presentLevel } from './present-level.ts';

/**
 * The pins through sysfs, for kernels without the character device. Sysfs has no bias, no drive and no names of lines, tells
 * nobody who holds one, and keeps no edges: of several at once the last level is told.
 */
export class OnoffDriver implements Driver {
  readonly name = 'onoff';
  readonly description: string;
  readonly #chip: SysfsChip;
  /** The lines that are open, by offset. */
  readonly #held = new Map<number, HeldLine>();

  constructor(chip: SysfsChip) {
    this.#chip = chip;
    const { label, lineCount, base } = chip;
    this.description = `${label} with ${lineCount} lines, in sysfs from number ${base} on`;
  }

  async openInput({ line, active_low, bias, debounce_ms = 0 }: InputSettings): Promise<DigitalInput> {
    if (bias !== 'as_is') throw lacks(`set a bias (${bias})`);
    const held = this.#hold(this.#chip.numberOf(line), { direction: 'in', active_low, initial: false });
    try {
      const input = new OnoffInput(held, debounce_ms);
      input.listen();
      return input;
    } catch (error) {
      held.close();
      throw error;
    }
  }

  async openOutput({ line, active_low, drive, initial }: OutputSettings): Promise<DigitalOutput> {
    if (drive !== 'push_pull') throw lacks(`drive a line as ${drive}`);
    const number = this.#chip.numberOf(line);
    const level = initial === 'keep' ? presentLevel(number) !== active_low : initial;
    return new LineOutput(this.#hold(number, { direction: 'out', active_low, initial: level }));
  }

  openOutputs(settings: OutputsSettings): Promise<DigitalOutputs> {
    return openInTurn((each) => this.openOutput(each), settings);
  }

  /** All of the chip; of those that nobody has exported sysfs tells nothing. */
  async lines(): Promise<readonly LineInfo[]> {
    return Array.from({ length: this.#chip.lineCount }, (_, offset) => {
      const number = this.#chip.base + offset;
      const held = this.#held.get(number);
      if (held !== undefined)
        return { offset, name: '', direction: held.direction, level: held.get(), consumer: 'pinbus' };
      return { offset, name: '', ...exported(number) };
    });
  }

  async close(): Promise<void> {
    for (const line of this.#held.values()) line.close();
  }

  #hold(number: number, terms: Pick<LineTerms, 'direction' | 'active_low' | 'initial'>): HeldLine {
    const subject = `line ${number - this.#chip.base} of ${this.#chip.label}`;
    // Sysfs would give it a second time.
    if (this.#held.has(number)) throw new HardwareError('HW_LINE_BUSY', `${subject} is held by "pinbus"`);
    const line = new HeldLine({ ...terms, number, subject }, () => this.#held.delete(number));
    this.#held.set(number, line);
    return line;
  }
}

const lacks = (what: string): HardwareError =>
  new HardwareError('HW_SETTING_UNSUPPORTED', `the driver onoff cannot ${what}: sysfs has no such thing; cdev has`);

/**
 * @throws HardwareError HW_DRIVER_NOT_AVAILABLE, HW_CHIP_MISSING
 */
export function openOnoff(chip: string | undefined): OnoffDriver {
  return new OnoffDriver(findSysfsChip(chip));
}
