import { assertPwm } from '../duty.ts';
import { HardwareError } from '../errors.ts';
import { type PwmChannel, PwmChips } from '../hardware-pwm/chips.ts';
import { HardwarePwm } from '../hardware-pwm/output.ts';
import { LineOutput } from '../line-output.ts';
import { SoftPwm } from './soft-pwm/output.ts';
import { PwmThread } from './soft-pwm/thread.ts';
import type {
  DigitalInput,
  DigitalOutput,
  DigitalOutputs,
  Driver,
  InputSettings,
  LineInfo,
  OutputSettings,
  OutputsSettings,
  Level,
  PwmOutput,
  PwmSettings,
} from '../ports.ts';
import { type Chip, findChip } from './chip.ts';
import { HeldLine } from './held-line.ts';
import { HeldLines } from './held-lines.ts';
import { CdevInput } from './input.ts';
import { type Libc, openLibc } from '../libc.ts';
import type { LineRecord } from './line-info.ts';
import { asIsConfig, inputConfig, outputConfig } from './line-config.ts';
import { lineRequest } from './line-request.ts';
import { inactiveFirst } from '../outputs-in-turn.ts';
import { CdevOutputs } from './outputs.ts';
import { readPinStates } from './pin-states.ts';

/** The pins of a real machine, through the kernel's GPIO character device, uAPI v2 (Linux 5.10 and newer). */
export class CdevDriver implements Driver {
  readonly name = 'cdev';
  readonly description: string;
  readonly #libc: Libc;
  readonly #chip: Chip;
  /** The lines that are open, by offset. */
  readonly #held = new Map<number, { get(): Level; close(): void }>();
  readonly #waves = new PwmThread();
  /** The waves that were put on lines, by offset. */
  readonly #pwms = new Map<number, PwmOutput>();
  readonly #pwmChips: PwmChips;
  /** The channels of PWM chips that are open, by the line that they drive. */
  readonly #channels = new Map<number, HardwarePwm>();

  constructor(libc: Libc, chip: Chip, pwmChips = new PwmChips()) {
    this.#libc = libc;
    this.#chip = chip;
    this.#pwmChips = pwmChips;
    this.description = `${chip.label} with ${chip.lineCount} lines, ${chip.path}`;
  }

  async openInput(settings: InputSettings): Promise<DigitalInput> {
    const offset = this.#chip.offsetOf(settings.line);
    const line = this.#hold(offset, inputConfig(settings));
    const input = new CdevInput(line, settings.debounce_ms ?? 0);
    try {
      input.listen();
    } catch (error) {
      line.close();
      throw error;
    }
    return input;
  }

  async openOutput(settings: OutputSettings): Promise<DigitalOutput> {
    const offset = this.#chip.offsetOf(settings.line);
    if (settings.initial === 'keep') return new LineOutput(this.#keep(offset, settings));
    return new LineOutput(this.#hold(offset, outputConfig(settings, settings.initial)));
  }

  async openOutputs({ lines, initial, ...settings }: OutputsSettings): Promise<DigitalOutputs> {
    const offsets = lines.map((line) => this.#chip.offsetOf(line));
    // The kernel drives the lines of a request one after the other.
    const order = inactiveFirst(offsets.map((offset, index) => ({ offset, level: initial[index] === true })));
    const requested = order.map(({ offset }) => offset);
    const config = outputConfig(settings, ...order.map(({ level }) => level));
    const fd = this.#chip.request(requested, lineRequest(requested, config));
    const places = offsets.map((offset) => requested.indexOf(offset));
    const held = new HeldLines(this.#libc, fd, this.#chip.subject(...offsets), places, () => {
      for (const offset of offsets) this.#held.delete(offset);
    });
    for (const [index, offset] of offsets.entries()) {
      this.#held.set(offset, { get: () => held.get()[index] === true, close: () => held.close() });
    }
    return new CdevOutputs(held);
  }

  /** Of the chip that an overlay gave the line to; else in software, which any line has. */
  readonly openPwm = async (settings: PwmSettings): Promise<PwmOutput> => {
    assertPwm(settings);
    const offset = this.#chip.offsetOf(settings.line);
    const channel = await this.#pwmChips.channelOf(this.#chip, offset);
    return channel === undefined ? this.#openSoftPwm(offset, settings) : this.#openChannel(offset, channel, settings);
  };

  async #openChannel(offset: number, channel: PwmChannel, settings: PwmSettings): Promise<PwmOutput> {
    if (this.#channels.has(offset)) {
      throw new HardwareError('HW_LINE_BUSY', `${this.#chip.subject(offset)} is held by "pinbus"`);
    }
    const pwm = new HardwarePwm(channel, settings, () => this.#channels.delete(offset));
    this.#channels.set(offset, pwm);
    try {
      await pwm.begin(settings.initial_duty);
    } catch (error) {
      // What failed first is what matters.
      await pwm.close().catch(() => undefined);
      throw error;
    }
    return pwm;
  }

  async #openSoftPwm(offset: number, settings: PwmSettings): Promise<PwmOutput> {
    const initial = settings.initial_duty === 1;
    const line = this.#hold(offset, outputConfig({ active_low: false, drive: 'push_pull' }, initial));
    const pwm = new SoftPwm(line, this.#waves, settings.frequency_hz);
    try {
      await pwm.write(settings.initial_duty);
    } catch (error) {
      await pwm.close();
      throw error;
    }
    this.#pwms.set(offset, pwm);
    return pwm;
  }

  async lines(): Promise<readonly LineInfo[]> {
    const pins = await readPinStates(this.#chip.label);
    return this.#chip.lines().map((line, offset) => ({ ...this.#infoOf(line, offset), ...pins.get(offset) }));
  }

  async close(): Promise<void> {
    for (const pwm of [...this.#pwms.values(), ...this.#channels.values()]) await pwm.close();
    for (const line of this.#held.values()) line.close();
  }

  /** The line is held before it is read, so nobody moves it in between, and driven in the call that makes it an output. */
  #keep(offset: number, settings: OutputSettings): HeldLine {
    const line = this.#hold(offset, asIsConfig(settings));
    try {
      line.configure(outputConfig(settings, line.get()));
      return line;
    } catch (error) {
      line.close();
      throw error;
    }
  }

  #hold(offset: number, config: Buffer): HeldLine {
    const fd = this.#chip.request([offset], lineRequest([offset], config));
    const line = new HeldLine(this.#libc, fd, this.#chip.subject(offset), () => this.#held.delete(offset));
    this.#held.set(offset, line);
    return line;
  }

  #infoOf({ name, direction, consumer }: LineRecord, offset: number): LineInfo {
    const level = this.#held.get(offset)?.get();
    return {
      offset,
      name,
      direction,
      ...(level === undefined ? {} : { level }),
      ...(consumer === undefined ? {} : { consumer }),
    };
  }
}

/**
 * @throws HardwareError HW_CHIP_MISSING, HW_ACCESS_DENIED, HW_PACKAGE_MISSING
 */
export async function openCdev(chip: string | undefined): Promise<CdevDriver> {
  const libc = await openLibc();
  return new CdevDriver(libc, findChip(libc, chip));
}
