import { HardwareError } from '../errors.ts';
import type {
  DigitalInput,
  DigitalOutput,
  Driver,
  InputSettings,
  LineId,
  LineInfo,
  OutputSettings,
  PwmOutput,
  PwmSettings,
} from '../ports.ts';
import { type Board, LAYOUTS, type Layout } from './boards.ts';
import { processClock, type SimClock } from './clock.ts';
import { type SimControl, SimWorld } from './control.ts';
import { SimInput } from './input.ts';
import { SimLine } from './line.ts';
import { SimOutput } from './output.ts';
import { SimPwm } from './pwm.ts';

const CONSUMER = 'pinbus';

/** A Pi's header without a Pi: for the demo, for trying a config out, and for tests. */
export class SimDriver implements Driver {
  readonly name = 'sim';
  readonly description: string;
  readonly control: SimControl;
  readonly #layout: Layout;
  readonly #lines: readonly SimLine[];
  readonly #world: SimWorld;
  readonly #clock: SimClock;
  /** PWM channels in use, by the line that uses them. */
  readonly #channels = new Map<number, number>();

  constructor(options: { readonly board: Board; readonly clock?: SimClock }) {
    this.#layout = LAYOUTS[options.board];
    this.#clock = options.clock ?? processClock;
    this.description = `${this.#layout.chip}, simulated ${this.#layout.model}`;
    this.#lines = this.#layout.names.map((name, offset) => new SimLine(offset, name, this.#layout.held.get(offset)));
    this.#world = new SimWorld(this.#lines, (line) => this.#find(line), this.#clock);
    this.control = this.#world;
  }

  async openInput(settings: InputSettings): Promise<DigitalInput> {
    const input = new SimInput(this.#find(settings.line), settings, this.#clock);
    input.request(CONSUMER);
    return input;
  }

  async openOutput(settings: OutputSettings): Promise<DigitalOutput> {
    const output = new SimOutput(this.#find(settings.line), settings);
    output.request(CONSUMER);
    return output;
  }

  readonly openPwm = async (settings: PwmSettings): Promise<PwmOutput> => {
    const line = this.#find(settings.line);
    const channel = this.#layout.pwm.get(line.offset);
    if (channel === undefined) {
      const able = [...this.#layout.pwm.keys()].toSorted((a, b) => a - b).join(', ');
      throw new HardwareError('HW_PWM_UNSUPPORTED', `line ${line.offset} has no PWM; the lines that have it: ${able}`);
    }
    const user = this.#channels.get(channel);
    if (user !== undefined && user !== line.offset) {
      const message = `line ${line.offset} shares PWM channel ${channel} with line ${user}, which is in use`;
      throw new HardwareError('HW_PWM_CHANNEL_BUSY', message);
    }
    const pwm = new SimPwm(line, settings, () => this.#channels.delete(channel));
    pwm.request(CONSUMER);
    this.#channels.set(channel, line.offset);
    return pwm;
  };

  async lines(): Promise<readonly LineInfo[]> {
    return this.#lines.map((line) => line.info);
  }

  async close(): Promise<void> {
    this.#world.close();
  }

  #find(id: LineId): SimLine {
    const line = typeof id === 'number' ? this.#lines[id] : this.#lines.find(({ name }) => name === id);
    if (line) return line;
    const range = `it has 0 to ${this.#lines.length - 1}`;
    throw new HardwareError('HW_LINE_UNKNOWN', `${this.#layout.chip} has no line ${JSON.stringify(id)}; ${range}`);
  }
}
