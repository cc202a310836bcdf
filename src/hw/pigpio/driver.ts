import { assertPwm } from '../duty.ts';
import { HardwareError } from '../errors.ts';
import { lineOutOfRange } from '../header.ts';
import { LineOutput } from '../line-output.ts';
import { openInTurn } from '../outputs-in-turn.ts';
import type { Machine } from '../machine/machine.ts';
import type {
  Bias,
  DigitalInput,
  DigitalOutput,
  DigitalOutputs,
  Driver,
  InputSettings,
  Level,
  LineId,
  LineInfo,
  OutputSettings,
  OutputsSettings,
  PwmOutput,
  PwmSettings,
} from '../ports.ts';
import { HeldLine } from './held-line.ts';
import { PigpioInput } from './input.ts';
import { type Library, loadLibrary, takePins } from './library.ts';
import { PigpioPwm } from './pwm.ts';

/** The lines of the 40-pin header, by their BCM numbers. */
const HEADER = { label: "the Pi's header", lineCount: 28 };

/** The pins of a Raspberry Pi 0 to 4 through the C library pigpio: edges to 5 µs and PWM by DMA, as root. */
export class PigpioDriver implements Driver {
  readonly name = 'pigpio';
  readonly description = 'the header of a Raspberry Pi 0 to 4, by the library pigpio';
  readonly #library: Library;
  /** The lines that are open. */
  readonly #held = new Map<number, { readonly direction: 'in' | 'out'; readonly line: HeldLine }>();
  /** What ends the use that was last made of a line, by its number. */
  readonly #closings = new Map<number, () => Promise<void>>();

  constructor(library: Library) {
    this.#library = library;
  }

  async openInput({ line: id, active_low, bias, debounce_ms = 0 }: InputSettings): Promise<DigitalInput> {
    const line = this.#hold(id, 'in', active_low);
    return this.#begin(line, () => {
      line.use((gpio) => {
        gpio.mode(this.#library.Gpio.INPUT);
        if (bias !== 'as_is') gpio.pullUpDown(this.#pull(bias));
      });
      const input = new PigpioInput(line, debounce_ms, () => this.#library.getTick());
      input.listen();
      return input;
    });
  }

  async openOutput({ line: id, active_low, drive, initial }: OutputSettings): Promise<DigitalOutput> {
    if (drive !== 'push_pull') {
      const message = `the driver pigpio cannot drive a line as ${drive}: the pins have no such thing; cdev imitates it`;
      throw new HardwareError('HW_SETTING_UNSUPPORTED', message);
    }
    const line = this.#hold(id, 'out', active_low);
    return this.#begin(line, () => {
      this.#drive(line, initial === 'keep' ? line.get() : initial);
      return new LineOutput(line);
    });
  }

  openOutputs(settings: OutputsSettings): Promise<DigitalOutputs> {
    return openInTurn((each) => this.openOutput(each), settings);
  }

  readonly openPwm = async (settings: PwmSettings): Promise<PwmOutput> => {
    assertPwm(settings);
    const { line: id, frequency_hz, initial_duty } = settings;
    const line = this.#hold(id, 'out', false);
    return this.#begin(line, () => {
      this.#drive(line, initial_duty === 1);
      const pwm = new PigpioPwm(line);
      pwm.begin(frequency_hz, initial_duty);
      return pwm;
    });
  };

  /** pigpio reads every pin, whoever has it, and sees no other holder. */
  async lines(): Promise<readonly LineInfo[]> {
    const { Gpio } = this.#library;
    return Array.from({ length: HEADER.lineCount }, (_, offset) => {
      const gpio = new Gpio(offset);
      const held = this.#held.get(offset);
      const direction = gpio.getMode() === Gpio.OUTPUT ? 'out' : 'in';
      const seen = { offset, name: '', direction, high: gpio.digitalRead() === 1 } as const;
      return held === undefined ? seen : { ...seen, level: held.line.get(), consumer: 'pinbus' };
    });
  }

  async close(): Promise<void> {
    for (const close of this.#closings.values()) await close();
    this.#library.terminate();
  }

  /** The level comes before the direction: the pin has no other one in between. */
  #drive(line: HeldLine, level: Level): void {
    line.set(level);
    line.use((gpio) => gpio.mode(this.#library.Gpio.OUTPUT));
  }

  #hold(id: LineId, direction: 'in' | 'out', active_low: boolean): HeldLine {
    const number = numberOf(id);
    if (this.#held.has(number)) throw new HardwareError('HW_LINE_BUSY', `line ${number} is held by "pinbus"`);
    const line = new HeldLine(new this.#library.Gpio(number), number, active_low, () => this.#held.delete(number));
    this.#held.set(number, { direction, line });
    return line;
  }

  #begin<T extends { close(): Promise<void> }>(line: HeldLine, begin: () => T): T {
    try {
      const capability = begin();
      this.#closings.set(line.number, () => capability.close());
      return capability;
    } catch (error) {
      line.close();
      throw error;
    }
  }

  #pull(bias: Exclude<Bias, 'as_is'>): number {
    const { PUD_OFF, PUD_UP, PUD_DOWN } = this.#library.Gpio;
    return { disabled: PUD_OFF, pull_up: PUD_UP, pull_down: PUD_DOWN }[bias];
  }
}

function numberOf(id: LineId): number {
  if (typeof id === 'string') {
    const message = `line ${JSON.stringify(id)}: pigpio knows no names of lines; give its BCM number`;
    throw new HardwareError('HW_LINE_UNKNOWN', message);
  }
  if (id < 0 || id >= HEADER.lineCount) throw lineOutOfRange(HEADER, id);
  return id;
}

/**
 * @throws HardwareError HW_DRIVER_NOT_AVAILABLE, HW_ACCESS_DENIED
 */
export async function openPigpio(machine: Machine): Promise<PigpioDriver> {
  const library = await loadLibrary(machine);
  takePins(library);
  return new PigpioDriver(library);
}
