import type { LineId, SimControl } from '#hw';
import type { Clock } from '../clock.ts';
import { consumption_w } from './consumption.ts';

/** As such meters have it; the house's config says the same. */
export const PULSES_PER_KWH = 10_000;
const WATT_MS_PER_KWH = 3_600_000_000;
/** Milliseconds that a meter's contact is closed, as the standard for such outputs has it at least [IEC 62053-31]. */
const PULSE_MS = 30;

/** Gives a pulse for each 0.1 Wh that the demo house draws. */
export class PowerMeter {
  readonly #sim: SimControl;
  readonly #line: LineId;
  readonly #lines: ReadonlyMap<string, readonly LineId[]>;
  readonly #clock: Clock;
  #cancel: (() => void) | undefined;

  /** `line`: where the pulses come. */
  constructor(sim: SimControl, line: LineId, lines: ReadonlyMap<string, readonly LineId[]>, clock: Clock) {
    this.#sim = sim;
    this.#line = line;
    this.#lines = lines;
    this.#clock = clock;
  }

  start(): void {
    const watts = consumption_w(this.#sim.lines(), this.#lines, this.#clock.monotonic());
    this.#cancel = this.#clock.after(WATT_MS_PER_KWH / PULSES_PER_KWH / watts, () => {
      this.#sim.press(this.#line, PULSE_MS);
      this.start();
    });
  }

  stop(): void {
    this.#cancel?.();
  }
}
