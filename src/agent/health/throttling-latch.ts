import type { Machine, Throttling, ThrottlingCauses } from '#hw';
import type { Clock } from '../clock.ts';

/** Milliseconds between two looks: half of what the kernel keeps, so that nothing is forgotten between them. */
const INTERVAL_MS = 1_000;

/** Keeps what slowed the machine down at any time since the start: the kernel itself keeps it for two seconds only. */
export class ThrottlingLatch {
  readonly #machine: Machine;
  readonly #clock: Clock;
  #latest: Throttling | undefined;
  #running = false;
  #cancel: (() => void) | undefined;

  constructor(machine: Machine, clock: Clock) {
    this.#machine = machine;
    this.#clock = clock;
  }

  /** Settles after the first look. A machine that says nothing then is not asked again. */
  async start(): Promise<void> {
    this.#running = true;
    await this.#look();
  }

  stop(): void {
    this.#running = false;
    this.#cancel?.();
  }

  /** Undefined where the machine does not say. */
  get latest(): Throttling | undefined {
    return this.#latest;
  }

  async #look(): Promise<void> {
    const found = await this.#machine.throttling();
    if (found !== undefined) {
      this.#latest = { now: found.now, latched: either(found.latched, this.#latest?.latched ?? found.latched) };
    }
    if (this.#latest === undefined || !this.#running) return;
    this.#cancel = this.#clock.after(INTERVAL_MS, () => void this.#look());
  }
}

function either(one: ThrottlingCauses, other: ThrottlingCauses): ThrottlingCauses {
  return {
    undervoltage: one.undervoltage || other.undervoltage,
    frequency_capped: one.frequency_capped || other.frequency_capped,
    throttled: one.throttled || other.throttled,
    soft_temperature_limit: one.soft_temperature_limit || other.soft_temperature_limit,
  };
}
