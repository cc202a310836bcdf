import { HardwareError } from '../errors.ts';
import { openInTurn } from '../outputs-in-turn.ts';
import type {
  DigitalInput,
  DigitalOutput,
  DigitalOutputs,
  Driver,
  InputSettings,
  LineId,
  LineInfo,
  OutputSettings,
  OutputsSettings,
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

  openOutputs(settings: OutputsSettings): Promise<DigitalOutputs> {
    return openInTurn((each) => this.openOutput(each), settings);
  }

  readonly openPwm = async (settings: PwmSettings): Promise<PwmOutput> => {
    const line = this.#find(settings.line);
    const pwm = new SimPwm(line, settings);
    pwm.request(CONSUMER);
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
