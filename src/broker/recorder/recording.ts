import type { Bytes, Milliseconds } from '#topics';

/** Something that an entity did or measured. */
export interface Recording {
  readonly entity: string;
  /** As on the entity's topic; null: it was unavailable from then on. */
  readonly value: string | null;
  /** Wall clock, milliseconds since 1970. */
  readonly at_ms: number;
  /** Of a measurement, as Home Assistant writes it; undefined: it is none. */
  readonly unit?: string;
  /** Who or what brought it about, where that is known. */
  readonly cause?: RecordedCause;
}

export type RecordedCause = Readonly<Record<string, string>>;

/** What is asked for: from `from_ms` on, and before `until_ms`, by the wall clock. */
export interface RecordingSpan {
  readonly entity: string;
  readonly from_ms: number;
  readonly until_ms: number;
}

export interface RecordingPage {
  /** The newest before the span: what was so when it began. */
  readonly before?: Recording;
  /** The newest of the span, the oldest of them first. */
  readonly recordings: readonly Recording[];
  /** There are older ones in the span. */
  readonly more: boolean;
}

/** What happened within a part of a span. */
export interface RecordingBucket {
  /** Its begin, wall clock, milliseconds since 1970. */
  readonly at_ms: number;
  readonly count: number;
  /** The newest value in it. */
  readonly last: string | null;
  /** Of measurements alone. */
  readonly min?: number;
  readonly mean?: number;
  readonly max?: number;
}

/** What may be kept. What is over goes, the oldest first. */
export interface RecorderBounds {
  /** 0: nothing is recorded. */
  readonly max_bytes: Bytes;
  /** By the time that the node ran: a wall clock that jumps ends nothing. */
  readonly max_age: Milliseconds;
}
