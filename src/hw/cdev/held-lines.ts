import type { Libc } from '../libc.ts';
import type { Level } from '../ports.ts';
import { HeldRequest } from './held-request.ts';

/** Output lines in one request: the kernel gives all of them or none, and takes all of them back when the process dies. */
export class HeldLines extends HeldRequest {
  /** The bit of each, in the order that levels have. */
  readonly #bits: readonly bigint[];

  /** `places`: where each line is in the request. */
  constructor(libc: Libc, fd: number, subject: string, places: readonly number[], closed: () => void) {
    super(libc, fd, subject, closed);
    this.#bits = places.map((place) => 1n << BigInt(place));
  }

  /** @throws HardwareError HW_CLOSED, HW_LINE_GONE */
  get(): readonly Level[] {
    const active = this.getBits(either(this.#bits));
    return this.#bits.map((bit) => (active & bit) !== 0n);
  }

  /**
   * A call for those that go inactive, then one for the others: a single one drives the pins of a Pi in the order of their numbers,
   * for its chips have no `set_multiple` [drivers/pinctrl/bcm/pinctrl-bcm2835.c, drivers/pinctrl/pinctrl-rp1.c].
   * @throws HardwareError HW_CLOSED, HW_LINE_GONE
   */
  set(levels: readonly Level[]): void {
    const active = either(this.#bits.filter((_, line) => levels[line] === true));
    const inactive = either(this.#bits) & ~active;
    if (inactive !== 0n) this.setBits(inactive, 0n);
    if (active !== 0n) this.setBits(active, active);
  }
}

const either = (bits: readonly bigint[]): bigint => bits.reduce((sum, bit) => sum | bit, 0n);
