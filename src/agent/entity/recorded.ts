import type { RecordedCause, Recorder } from '#broker';
import type { Clock } from '../clock.ts';
import type { Cause } from './cause.ts';

/** What history is to have of an entity: each change, each event and each measurement, and the times it was unavailable. */
export class Recorded {
  readonly #recorder: Pick<Recorder, 'record'>;
  readonly #entity: string;
  readonly #unit: string | undefined;
  readonly #clock: Clock;
  #last: string | null | undefined;

  /** `unit` of what it measures; undefined: it measures nothing. */
  constructor(recorder: Pick<Recorder, 'record'>, entity: string, unit: string | undefined, clock: Clock) {
    this.#recorder = recorder;
    this.#entity = entity;
    this.#unit = unit;
    this.#clock = clock;
  }

  /** A measurement that is as before is one as well; a state that is said again is not. */
  state(value: string, cause?: Cause): void {
    if (value !== this.#last || this.#unit !== undefined) this.#record(value, cause);
  }

  event(value: string): void {
    this.#record(value);
  }

  unavailable(cause?: Cause): void {
    if (this.#last !== null) this.#record(null, cause);
  }

  #record(value: string | null, cause?: Cause): void {
    this.#last = value;
    this.#recorder.record({
      entity: this.#entity,
      value,
      at_ms: this.#clock.now(),
      ...(this.#unit !== undefined && { unit: this.#unit }),
      ...(cause && { cause: told(cause) }),
    });
  }
}

/** Of whom a command came from: which kind, who, and as which user. */
function told(cause: Cause): RecordedCause {
  if (!('id' in cause)) return cause;
  const { kind, id, user } = cause;
  return { kind, id, ...(user !== undefined && { user }) };
}
