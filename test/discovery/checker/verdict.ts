/** What Home Assistant does with a payload, or with one component of it. */
export interface Verdict {
  /** `-`: the whole payload. */
  readonly id: string;
  readonly verdict: 'OK' | 'REJECT' | 'REMOVE' | 'IGNORED';
  /** What its log says, or why nothing is logged. */
  readonly text: string;
  /** What it takes, but not as it was meant. */
  readonly warn: readonly string[];
}
