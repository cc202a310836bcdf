/** So often the connection ends with one message alone on its way until that message is held to be why. */
const PROOFS = 4;

/**
 * Finds the message that an upstream closes the connection for each time it is sent. MQTT 3.1.1 has no other way to refuse
 * one [MQTT-3.3.5-2]. From the second such end on the window is halved each time, until one message is on its way alone.
 */
export class Culprit {
  readonly #full: number;
  #window: number;
  /** Ends since things were in order, and what was answered since the last of them. */
  #ends = 0;
  #answered = 0;
  #suspect: number | undefined;
  #proofs = 0;

  constructor(full_window: number) {
    this.#full = full_window;
    this.#window = full_window;
  }

  /** How many messages may be on their way now. */
  get window(): number {
    return this.#window;
  }

  /** An end of the connection is being looked into. */
  get wanted(): boolean {
    return this.#window < this.#full;
  }

  /** One message was taken: the window opens again, twice as wide with each round. */
  answered(sequence: number): void {
    this.#window = Math.min(this.#full, this.#window + 1);
    this.#answered += 1;
    // More than what was on the way at the last end: whatever it was, it is over.
    if (this.#answered > this.#full) this.#ends = 0;
    if (sequence === this.#suspect) this.#clear();
  }

  /** The upstream closed the connection with these unanswered; true: the one of them is why. */
  closed(unanswered: readonly number[]): boolean {
    if (unanswered.length === 0) return false;
    this.#ends += 1;
    this.#answered = 0;
    // Any link is lost some day.
    if (this.#ends === 1) return false;
    this.#window = Math.max(1, Math.floor(unanswered.length / 2));
    const [only] = unanswered;
    if (unanswered.length > 1) return false;
    if (only !== this.#suspect) this.#proofs = 0;
    this.#suspect = only;
    this.#proofs += 1;
    if (this.#proofs < PROOFS) return false;
    this.#clear();
    return true;
  }

  #clear(): void {
    this.#suspect = undefined;
    this.#proofs = 0;
  }
}

export const CULPRIT_REASON = `the upstream closed the connection each of ${PROOFS} times that this message was sent alone`;
