import type { Logger } from 'pino';
import { z } from 'zod';
import type { Store } from '../store/store.ts';
import type { RecorderBounds, Recording, RecordingBucket, RecordingPage, RecordingSpan } from './recording.ts';
import type { BucketRow, RecordColumns, RecordRow } from './table.ts';

/** How long a recording may stay off the disk, in milliseconds: as long as a retained state, so that they wear it together. */
const WRITE_BEHIND_MS = 5_000;
/** Recordings that wait for a disk that takes none; beyond it the oldest are lost, and counted. */
const MAX_WAITING = 10_000;

const storedCause = z.record(z.string(), z.string());

/** What entities did and measured, on disk within bounds. */
export class Recorder {
  readonly #store: Store;
  readonly #bounds: RecorderBounds;
  readonly #log: Logger;
  #waiting: RecordColumns[] = [];
  #lost = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(store: Store, bounds: RecorderBounds, log: Logger) {
    this.#store = store;
    this.#bounds = bounds;
    this.#log = log;
  }

  /** After the store has started. */
  start(): void {
    this.#timer = setInterval(() => void this.#write(), WRITE_BEHIND_MS).unref();
  }

  /** Before the store stops: writes what is not on disk yet. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#write();
  }

  record({ entity, unit, at_ms, value, cause }: Recording): void {
    if (this.#bounds.max_bytes === 0) return;
    const told = cause === undefined ? null : JSON.stringify(cause);
    this.#waiting.push([entity, unit ?? '', at_ms, this.#store.run_ms, value, told]);
    if (this.#waiting.length > MAX_WAITING) this.#lose(1);
  }

  /** The newest of a span. Rejects as `Store.ask`. */
  async page({ entity, from_ms, until_ms }: RecordingSpan, limit: number): Promise<RecordingPage> {
    void this.#write();
    const [newest, before] = await Promise.all([
      this.#store.ask('records', 'newest', entity, from_ms, until_ms, limit + 1),
      this.#store.ask('records', 'before', entity, from_ms),
    ]);
    return {
      recordings: newest.slice(0, limit).toReversed().map(toRecording),
      more: newest.length > limit,
      ...(before && { before: toRecording(before) }),
    };
  }

  /** The span in parts of `every_ms`, those that nothing happened in left out. Rejects as `Store.ask`. */
  async buckets({ entity, from_ms, until_ms }: RecordingSpan, every_ms: number): Promise<readonly RecordingBucket[]> {
    void this.#write();
    const rows = await this.#store.ask('records', 'buckets', {
      entity,
      from: from_ms,
      until: until_ms,
      every: every_ms,
    });
    return rows.map((row) => toBucket(row, from_ms, every_ms));
  }

  async #write(): Promise<void> {
    const rows = this.#waiting;
    if (rows.length === 0) return;
    this.#waiting = [];
    const { max_bytes, max_age } = this.#bounds;
    try {
      await this.#store.write('records', 'add', rows, { max_bytes, oldest_run_ms: this.#store.run_ms - max_age });
      if (this.#lost > 0) this.#log.warn({ lost: this.#lost }, 'what entities did is recorded again');
      this.#lost = 0;
    } catch {
      // The store has said why. A bounded part of it waits on.
      this.#waiting = [...rows, ...this.#waiting];
      this.#lose(this.#waiting.length - MAX_WAITING);
    }
  }

  #lose(count: number): void {
    if (count <= 0) return;
    if (this.#lost === 0) this.#log.error('what entities do is not recorded any more: the disk takes none of it');
    this.#lost += count;
    this.#waiting.splice(0, count);
  }
}

function toRecording({ entity, unit, at, value, cause }: RecordRow): Recording {
  return {
    entity,
    value,
    at_ms: at,
    ...(unit !== '' && { unit }),
    ...(cause !== null && { cause: storedCause.parse(JSON.parse(cause)) }),
  };
}

function toBucket(
  { bucket, count, last, min, mean, max }: BucketRow,
  from_ms: number,
  every_ms: number,
): RecordingBucket {
  return {
    at_ms: from_ms + bucket * every_ms,
    count,
    last,
    ...(min !== null && { min }),
    ...(mean !== null && { mean }),
    ...(max !== null && { max }),
  };
}
