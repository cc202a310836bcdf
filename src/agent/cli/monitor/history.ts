/** Length of a step in milliseconds: one character of a sparkline. */
const STEP_MS = 1_000;
/** Steps that are kept: what the widest sparkline shows. */
const MAX_STEPS = 120;

interface Step {
  /** Number of the step since the clock's zero. */
  readonly index: number;
  readonly last: number;
  /** The highest value within the step, so that a press shorter than a step is seen. */
  readonly peak: number;
}

/** The last two minutes of a value, in steps. Bounded whatever the rate of the value is. */
export class History {
  readonly #steps: Step[] = [];

  record(value: number, now_ms: number): void {
    const index = Math.floor(now_ms / STEP_MS);
    const newest = this.#steps.at(-1);
    if (newest?.index === index) this.#steps.pop();
    const peak = newest?.index === index ? Math.max(newest.peak, value) : value;
    this.#steps.push({ index, last: value, peak });
    if (this.#steps.length > MAX_STEPS) this.#steps.shift();
  }

  /** The newest `count` steps, oldest first; a step without a message holds the value before it. Undefined: not known yet. */
  series(count: number, now_ms: number): readonly (number | undefined)[] {
    const first = Math.floor(now_ms / STEP_MS) - count + 1;
    const series: (number | undefined)[] = [];
    let held: number | undefined;
    let next = 0;
    for (let step = this.#steps[next]; step !== undefined && step.index < first; step = this.#steps[++next]) {
      held = step.last;
    }
    for (let index = first; index < first + count; index += 1) {
      const step = this.#steps[next];
      if (step?.index === index) {
        held = step.last;
        series.push(step.peak);
        next += 1;
      } else {
        series.push(held);
      }
    }
    return series;
  }
}
