import { z } from 'zod';
import type { RecordedCause, Recording, RecordingBucket, RecordingSpan } from '#broker';
import { AgentError } from '../errors.ts';
import { duration } from '../platforms/fields.ts';
import { method } from './method.ts';
import { MOMENT, momentOf, parseMoment } from './moment.ts';

/** Records or parts in one answer, at most. */
const MAX_ROWS = 1_000;

const moment = z.string().refine((text) => parseMoment(text, 0) !== undefined, { error: `must be ${MOMENT}` });

const params = z.strictObject({
  entity: z.string().max(64),
  since: moment.default('24h'),
  until: moment.optional(),
  limit: z.int().min(1).max(MAX_ROWS).default(100),
  every: duration({ min: '1s' }).optional(),
});

interface HistorySpan {
  readonly entity: string;
  /** ISO 8601 in UTC, as every time in here. */
  readonly since: string;
  readonly until: string;
  /** Of the measurements; missing where the entity has none. */
  readonly unit?: string;
  /** What was so when the span began. */
  readonly before?: HistoryRecord;
}

interface HistoryRecord {
  readonly at: string;
  /** As on the entity's topic, a number where it has a unit; null: unavailable from then on. */
  readonly value: string | number | null;
  /** Who or what brought it about. */
  readonly by?: RecordedCause;
}

/** What the method answers without `every`. */
interface HistoryRecords extends HistorySpan {
  /** The oldest first. */
  readonly records: readonly HistoryRecord[];
  /** There are older ones in the span: ask again with `until`, or with `every`. */
  readonly more: boolean;
}

/** What it answers with `every`: the span in parts of that length, those that nothing happened in left out. */
interface HistoryParts extends HistorySpan {
  readonly parts: readonly HistoryPart[];
}

interface HistoryPart {
  /** The begin of the part. */
  readonly at: string;
  readonly count: number;
  readonly last: string | number | null;
  readonly min?: number;
  readonly mean?: number;
  readonly max?: number;
}

/** What an entity did and measured. */
export const history = method({
  name: 'history',
  summary:
    'what an entity did, and who had it done: {"entity":"hall","since":"6h"}; also until, limit, and every: "5m" for parts of so long',
  params,
  run: async ({ entity, since, until, limit, every }, node): Promise<HistoryRecords | HistoryParts> => {
    const span = spanOf(entity, since, until, node.clock.now());
    const { before, recordings, more } = await node.recorder.page(span, every === undefined ? limit : 1);
    const newest = recordings.at(-1) ?? before;
    if (newest === undefined && !node.entities().some(({ id }) => id === entity)) {
      throw new AgentError('AGENT_ENTITY_UNKNOWN', `this node has, and had, no entity ${JSON.stringify(entity)}`);
    }
    const about = {
      entity,
      since: iso(span.from_ms),
      until: iso(span.until_ms),
      ...(newest?.unit !== undefined && { unit: newest.unit }),
      ...(before && { before: toRecord(before) }),
    };
    if (every === undefined) return { ...about, records: recordings.map(toRecord), more };
    if ((span.until_ms - span.from_ms) / every > MAX_ROWS) {
      throw new AgentError('AGENT_CALL_PARAMS_INVALID', `history: at most ${MAX_ROWS} parts: make \`every\` longer`);
    }
    const buckets = await node.recorder.buckets(span, every);
    return { ...about, parts: buckets.map((bucket) => toPart(bucket, newest?.unit !== undefined)) };
  },
});

function spanOf(entity: string, since: string, until: string | undefined, now_ms: number): RecordingSpan {
  // What happens in this very millisecond is part of it.
  const span = { entity, from_ms: momentOf(since, now_ms), until_ms: momentOf(until ?? '0s', now_ms + 1) };
  if (span.from_ms < span.until_ms) return span;
  throw new AgentError('AGENT_CALL_PARAMS_INVALID', 'history: `since` must be before `until`');
}

const iso = (at_ms: number): string => new Date(at_ms).toISOString();

function toRecord({ at_ms, value, unit, cause }: Recording): HistoryRecord {
  return { at: iso(at_ms), value: plain(value, unit !== undefined), ...(cause && { by: cause }) };
}

function toPart({ at_ms, last, ...rest }: RecordingBucket, measures: boolean): HistoryPart {
  return { at: iso(at_ms), ...rest, last: plain(last, measures) };
}

const plain = (value: string | null, measures: boolean): string | number | null =>
  value !== null && measures ? Number(value) : value;
