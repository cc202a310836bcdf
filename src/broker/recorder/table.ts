import type { Connection } from '../store/connection.ts';

/** A recording on its way to the disk. */
export type RecordColumns = readonly [
  entity: string,
  unit: string,
  at: number,
  run_ms: number,
  value: string | null,
  cause: string | null,
];

export interface RecordRow {
  readonly entity: string;
  /** Empty: it is no measurement. */
  readonly unit: string;
  readonly at: number;
  readonly value: string | null;
  /** JSON. */
  readonly cause: string | null;
}

export interface BucketRow {
  readonly bucket: number;
  readonly count: number;
  readonly min: number | null;
  readonly mean: number | null;
  readonly max: number | null;
  readonly last: string | null;
}

/** Wall clock, milliseconds since 1970; `every` is the length of a part, whole milliseconds. */
export interface BucketSpan {
  readonly entity: string;
  readonly from: number;
  readonly until: number;
  readonly every: number;
}

export interface Bounds {
  readonly max_bytes: number;
  /** Run clock: what is older goes. */
  readonly oldest_run_ms: number;
}

interface Oldest {
  readonly id: number;
  readonly run_ms: number;
  readonly bytes: number;
}

/** What a row takes beside its texts, with its place in the index. */
const OVERHEAD_BYTES = 40;
const BYTES = `${OVERHEAD_BYTES} + coalesce(length(value), 0) + coalesce(length(cause), 0)`;
/** Old rows that go along with those that come: more than these, so that a smaller bound is reached in the end. */
const REMOVED_AT_ONCE = 500;

const COLUMNS = 'entity, unit, at, value, cause';

/** The tables `series` and `record`. */
export class RecordTable {
  readonly #series;
  readonly #newSeries;
  readonly #insert;
  readonly #oldest;
  readonly #delete;
  readonly #weight;
  readonly #newest;
  readonly #before;
  readonly #buckets;
  /** Undefined: not counted yet. */
  #bytes: number | undefined;

  constructor(db: Connection) {
    this.#series = db.prepare<[string, string], number>('SELECT id FROM series WHERE entity = ? AND unit = ?').pluck();
    this.#newSeries = db
      .prepare<[string, string], number>('INSERT INTO series (entity, unit) VALUES (?, ?) RETURNING id')
      .pluck();
    this.#insert = db.prepare('INSERT INTO record (series, at, run_ms, value, cause) VALUES (?, ?, ?, ?, ?)');
    this.#oldest = db.prepare<[], Oldest>(`SELECT id, run_ms, ${BYTES} AS bytes FROM record ORDER BY id LIMIT 1`);
    this.#delete = db.prepare('DELETE FROM record WHERE id = ?');
    this.#weight = db.prepare<[], number>(`SELECT coalesce(sum(${BYTES}), 0) FROM record`).pluck();
    this.#newest = db.prepare<[string, number, number, number], RecordRow>(
      `SELECT ${COLUMNS} FROM series JOIN record ON series = series.id
        WHERE entity = ? AND at >= ? AND at < ? ORDER BY at DESC, record.id DESC LIMIT ?`,
    );
    this.#before = db.prepare<[string, number], RecordRow>(
      `SELECT ${COLUMNS} FROM series JOIN record ON series = series.id
        WHERE entity = ? AND at < ? ORDER BY at DESC, record.id DESC LIMIT 1`,
    );
    this.#buckets = db.prepare<[BucketSpan], BucketRow>(
      `SELECT bucket, count(*) AS count, min(number) AS min, avg(number) AS mean, max(number) AS max,
          max(value) FILTER (WHERE newest = 1) AS last
        FROM (
          SELECT CAST((at - @from) / @every AS INTEGER) AS bucket, value, CASE WHEN unit <> '' THEN CAST(value AS REAL) END AS number,
            row_number() OVER (PARTITION BY CAST((at - @from) / @every AS INTEGER) ORDER BY at DESC, record.id DESC) AS newest
          FROM series JOIN record ON series = series.id WHERE entity = @entity AND at >= @from AND at < @until
        ) GROUP BY bucket ORDER BY bucket`,
    );
  }

  /** Keeps them, and lets the oldest go as far as the bounds want it. */
  add(rows: readonly RecordColumns[], { max_bytes, oldest_run_ms }: Bounds): void {
    this.#bytes ??= this.#weight.get() ?? 0;
    for (const [entity, unit, at, run_ms, value, cause] of rows) {
      const series = this.#series.get(entity, unit) ?? this.#newSeries.get(entity, unit);
      this.#insert.run(series, at, run_ms, value, cause);
      this.#bytes += OVERHEAD_BYTES + (value?.length ?? 0) + (cause?.length ?? 0);
    }
    for (let left = rows.length + REMOVED_AT_ONCE; left > 0; left--) {
      const oldest = this.#oldest.get();
      if (oldest === undefined || (this.#bytes <= max_bytes && oldest.run_ms >= oldest_run_ms)) return;
      this.#delete.run(oldest.id);
      this.#bytes -= oldest.bytes;
    }
  }

  /** The newest first. */
  newest(entity: string, from: number, until: number, limit: number): RecordRow[] {
    return this.#newest.all(entity, from, until, limit);
  }

  /** The newest before that time. */
  before(entity: string, at: number): RecordRow | undefined {
    return this.#before.get(entity, at);
  }

  /** Parts of the span, by their number from 0; those that nothing happened in are left out. */
  buckets(span: BucketSpan): BucketRow[] {
    return this.#buckets.all(span);
  }
}
