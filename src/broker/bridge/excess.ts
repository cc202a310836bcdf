/** Refusals of one message, each after a pause, until another goes before it. */
const DOUBT = 3;
/** Messages that are remembered; beyond it the oldest is met as if for the first time. */
const REMEMBERED = 100;

/**
 * Tells a message that is too much by itself from a quota that holds for all: both are refused with the same reason code (0x97
 * of MQTT 5.0, 3.4.2.1). One that was refused again and again lets others go first. Once one of these is taken, it is sent
 * another time, and when it is refused even then, it is the message.
 */
export class Excess {
  readonly #refusals = new Map<number, number>();
  /** Others were taken since they were refused so often. */
  readonly #last_chance = new Set<number>();

  /** Others should go before this one. */
  doubts(sequence: number): boolean {
    return (this.#refusals.get(sequence) ?? 0) >= DOUBT && !this.#last_chance.has(sequence);
  }

  taken(sequence: number): void {
    if (this.#refusals.size === 0) return;
    this.#forget(sequence);
    for (const [other, refusals] of this.#refusals) if (refusals >= DOUBT) this.#last_chance.add(other);
  }

  /** True: it is this message, and not the quota. */
  refused(sequence: number): boolean {
    const proven = this.#last_chance.has(sequence);
    if (proven) {
      this.#forget(sequence);
      return true;
    }
    // The quota is exceeded again, and proves nothing about those that are doubted.
    this.#last_chance.clear();
    this.#refusals.set(sequence, (this.#refusals.get(sequence) ?? 0) + 1);
    if (this.#refusals.size <= REMEMBERED) return false;
    const [oldest] = this.#refusals.keys();
    if (oldest !== undefined) this.#forget(oldest);
    return false;
  }

  #forget(sequence: number): void {
    this.#refusals.delete(sequence);
    this.#last_chance.delete(sequence);
  }
}

export const EXCESS_REASON = `the upstream refused it for its quota ${DOUBT + 1} times, the last of them while it took others`;
