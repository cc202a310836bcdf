import { HardwareError } from '../errors.ts';
import { InputListeners } from '../input-listeners.ts';
import type { DigitalInput, Edge, InputSettings, Level } from '../ports.ts';
import type { SimClock } from './clock.ts';
import type { SimLine } from './line.ts';

/** Edges that the kernel keeps for a line whose reader is late, as cdev asks it to; the oldest is dropped first. */
const KERNEL_BUFFER = 64;

export class SimInput implements DigitalInput {
  readonly #line: SimLine;
  readonly #settings: InputSettings;
  readonly #clock: SimClock;
  readonly #listeners = new InputListeners();
  readonly #waiting: Edge[] = [];
  /** Dropped since edges were told. */
  #dropped = 0;
  #open = false;
  /** The level that was told last. */
  #told: Level = false;

  constructor(line: SimLine, settings: InputSettings, clock: SimClock) {
    this.#line = line;
    this.#settings = settings;
    this.#clock = clock;
  }

  request(consumer: string): void {
    const { active_low, bias } = this.#settings;
    const changed = (high: Level) => this.#queue({ level: high !== active_low, at_ms: this.#clock.monotonic() });
    const failed = (error: Error) => this.#listeners.fail(error);
    this.#line.request({ consumer, active_low, changed, failed }, { kind: 'input', bias });
    this.#open = true;
    // Settling on the bias is no edge: the kernel sets the bias before it arms the interrupt.
    this.#waiting.length = 0;
    this.#told = this.#line.high !== active_low;
  }

  async read(): Promise<Level> {
    this.#assertOpen();
    this.#line.assertPresent();
    return this.#line.high !== this.#settings.active_low;
  }

  onEdge(listener: (edge: Edge) => void): () => void {
    return this.#listeners.onEdge(listener);
  }

  onFailure(listener: (error: Error) => void): () => void {
    return this.#listeners.onFailure(listener);
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#line.release();
  }

  /** Edges come as they do from a file descriptor: later, in order, and several at once when the reader was busy. */
  #queue(edge: Edge): void {
    this.#waiting.push(edge);
    if (this.#waiting.length > KERNEL_BUFFER) {
      this.#waiting.shift();
      this.#dropped += 1;
    }
    if (this.#waiting.length === 1) setImmediate(() => this.#deliver());
  }

  #deliver(): void {
    for (const edge of this.#line.isCoalescing ? this.#takeLast() : this.#takeAll()) {
      if (!this.#open) return;
      this.#told = edge.level;
      this.#listeners.tell(edge);
    }
  }

  #takeAll(): readonly Edge[] {
    const [first, ...others] = this.#waiting.splice(0);
    const missed = this.#dropped;
    this.#dropped = 0;
    if (first === undefined) return [];
    return [missed > 0 && this.#countsAll ? { ...first, missed } : first, ...others];
  }

  /** One that comes back to where the line was stands for two at least. */
  #takeLast(): readonly Edge[] {
    const last = this.#waiting.splice(0).at(-1);
    this.#dropped = 0;
    if (last === undefined) return [];
    return [last.level === this.#told && this.#countsAll ? { ...last, missed: 1 } : last];
  }

  /** Without a debounce every edge counts; else what is lost may be bounce. */
  get #countsAll(): boolean {
    return (this.#settings.debounce_ms ?? 0) === 0;
  }

  #assertOpen(): void {
    if (!this.#open) throw new HardwareError('HW_CLOSED', `line ${this.#line.offset} was used after it was closed`);
  }
}
