import type { DigitalInput, Edge, Level } from '#hw';
import type { Clock } from '../clock.ts';
import type { Condition } from './condition.ts';
import { type Debounced, onEdge, settle, type Stillness } from './debounce.ts';
import { Lease } from './lease.ts';

export interface DebouncedInputOptions {
  open(): Promise<DigitalInput>;
  readonly still: Stillness;
  /** The level as it was found: at the start, and each time the line comes back. */
  found(level: Level): void;
  /** The level changed at `at_ms` of the monotonic clock, and was still since. */
  changed(level: Level, at_ms: number): void;
  /** So many edges were lost before one at `at_ms`, where the driver can tell. */
  missed?(edges: number, at_ms: number): void;
  readonly condition: Condition;
  readonly clock: Clock;
}

/** An input line, debounced, through its failures. */
export class DebouncedInput {
  readonly #options: DebouncedInputOptions;
  readonly #lease: Lease<DigitalInput>;
  #state: Debounced | undefined;
  #raw: Level | undefined;
  #cancelTimer: (() => void) | undefined;
  #stopListening: (() => void) | undefined;

  constructor(options: DebouncedInputOptions) {
    this.#options = options;
    this.#lease = new Lease<DigitalInput>({
      open: () => options.open(),
      ready: (input) => this.#listen(input),
      failed: (error, failures, parked) => {
        this.#forget();
        options.condition.bad(error, failures, parked);
      },
      clock: options.clock,
    });
  }

  /** The debounced level; undefined while the line is down. */
  get level(): Level | undefined {
    return this.#state?.level;
  }

  start(signal: AbortSignal): Promise<void> {
    return this.#lease.start(signal);
  }

  /** Tries a parked line again, and reads a working one, in case an edge was lost. */
  async check(): Promise<void> {
    await this.#lease.wake();
    const input = this.#lease.handle;
    if (!input) return;
    try {
      const level = await input.read();
      if (level !== this.#raw) this.#edge({ level, at_ms: this.#options.clock.monotonic() });
    } catch (error) {
      await this.#lease.fail(error);
    }
  }

  async stop(): Promise<void> {
    this.#forget();
    await this.#lease.stop();
    this.#forget();
    await this.#lease.close();
  }

  async #listen(input: DigitalInput): Promise<void> {
    // First the edges, then the level: a change in between is seen twice rather than never.
    const stopEdges = input.onEdge((edge) => this.#edge(edge));
    const stopFailures = input.onFailure((error) => void this.#lease.fail(error));
    this.#stopListening = () => {
      stopEdges();
      stopFailures();
    };
    const level = await input.read();
    this.#state = { level };
    this.#raw = level;
    this.#lease.well();
    this.#options.found(level);
    this.#options.condition.good();
  }

  #edge(edge: Edge): void {
    if (!this.#state) return;
    this.#raw = edge.level;
    const before = this.#state;
    const settled = settle(before, edge.at_ms);
    if (settled !== before) this.#tell(settled, before);
    if (edge.missed !== undefined) this.#options.missed?.(edge.missed, edge.at_ms);
    this.#state = onEdge(settled, edge, this.#options.still);
    this.#arm();
  }

  #arm(): void {
    this.#cancelTimer?.();
    const state = this.#state;
    if (!state?.change) return;
    const left_ms = state.change.due_ms - this.#options.clock.monotonic();
    if (left_ms > 0) {
      // Timers count whole milliseconds and may be a fraction early: then this runs again.
      this.#cancelTimer = this.#options.clock.after(Math.ceil(left_ms), () => this.#arm());
      return;
    }
    this.#state = settle(state, state.change.due_ms);
    this.#tell(this.#state, state);
  }

  #tell(settled: Debounced, before: Debounced): void {
    if (before.change) this.#options.changed(settled.level, before.change.since_ms);
  }

  #forget(): void {
    this.#cancelTimer?.();
    this.#stopListening?.();
    this.#stopListening = undefined;
    this.#state = undefined;
    this.#raw = undefined;
  }
}
