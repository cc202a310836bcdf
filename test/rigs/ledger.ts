/** What became of numbered messages that somebody was promised to get. */
export interface Outcome {
  readonly acknowledged: number;
  /** Acknowledged, and never arrived. */
  readonly lost: number;
  /** Arrived although never acknowledged: the PUBACK was cut off. */
  readonly recovered: number;
  /** Arrivals beyond the first of a message. */
  readonly duplicated: number;
  /** First arrivals behind a younger message of their topic; live ones and history each for themselves. */
  readonly reordered: number;
  /** Arrivals of what was never published, or not on that topic. */
  readonly unexpected: number;
}

/** The same on their way from a publisher to a consumer. */
export interface Tally extends Outcome {
  readonly published: number;
}

export const NOTHING_YET: Outcome = {
  acknowledged: 0,
  lost: 0,
  recovered: 0,
  duplicated: 0,
  reordered: 0,
  unexpected: 0,
};

export const sumOf = (a: Outcome, b: Outcome): Outcome => ({
  acknowledged: a.acknowledged + b.acknowledged,
  lost: a.lost + b.lost,
  recovered: a.recovered + b.recovered,
  duplicated: a.duplicated + b.duplicated,
  reordered: a.reordered + b.reordered,
  unexpected: a.unexpected + b.unexpected,
});

export interface Arrival {
  readonly topic: string;
  readonly number: number;
  /** Marked as replayed from an outage. */
  readonly historic: boolean;
}

/** Numbers messages from 0 on, and judges what arrives. */
export class Ledger {
  readonly #topics: string[] = [];
  readonly #acknowledged = new Set<number>();
  readonly #arrived = new Set<number>();
  /** Acknowledged and not arrived. */
  readonly #missing = new Set<number>();
  /** The youngest first arrival of each topic, live or historic. */
  readonly #youngest = new Map<string, number>();
  #duplicated = 0;
  #reordered = 0;
  #unexpected = 0;

  /** The number of the next message on that topic. */
  issue(topic: string): number {
    return this.#topics.push(topic) - 1;
  }

  acknowledge(number: number): void {
    this.#acknowledged.add(number);
    if (!this.#arrived.has(number)) this.#missing.add(number);
  }

  arrive({ topic, number, historic }: Arrival): void {
    if (this.#topics[number] !== topic) {
      this.#unexpected += 1;
      return;
    }
    if (this.#arrived.has(number)) {
      this.#duplicated += 1;
      return;
    }
    this.#arrived.add(number);
    this.#missing.delete(number);
    const lane = `${historic ? 'historic' : 'live'} ${topic}`;
    const youngest = this.#youngest.get(lane) ?? -1;
    if (number < youngest) this.#reordered += 1;
    else this.#youngest.set(lane, number);
  }

  /** Acknowledged and not yet arrived, in the order of their acknowledgement. */
  get missing(): ReadonlySet<number> {
    return this.#missing;
  }

  get acknowledged(): number {
    return this.#acknowledged.size;
  }

  get arrived(): number {
    return this.#arrived.size;
  }

  /** The youngest acknowledged message of a topic; -1: none. */
  youngestAcknowledged(topic: string): number {
    return this.#topics.findLastIndex((of, number) => of === topic && this.#acknowledged.has(number));
  }

  tally(): Tally {
    return {
      published: this.#topics.length,
      acknowledged: this.#acknowledged.size,
      lost: this.#missing.size,
      recovered: this.#arrived.size - (this.#acknowledged.size - this.#missing.size),
      duplicated: this.#duplicated,
      reordered: this.#reordered,
      unexpected: this.#unexpected,
    };
  }
}
