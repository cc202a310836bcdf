import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SqliteOutbox, Store } from '#broker';
import { bytes, milliseconds } from '#topics';
import { pino } from 'pino';
import { writtenBytes } from '../process-figures.ts';
import { untilReserve } from '../reserve.ts';

/** Of a message, in bytes. */
export const PAYLOAD = 100;
const TOPICS = 50;
/** The log grows once to the 1,000 frames of a checkpoint, which costs more than to write it over. */
export const WAL_BYTES = 4_000_000;
const WARM_UP_MS = 500;

export interface AppendShape {
  /** Each waits for its acknowledgement. */
  readonly publishers: number;
  /** Of all of them; Infinity: as many as there can be. */
  readonly per_s: number;
  readonly duration_ms: number;
}

export interface AppendFigures {
  readonly appends: number;
  readonly commits: number;
  readonly appends_per_s: number;
  /** Bytes that the process had written, for each byte of payload. */
  readonly amplification: number;
}

const size = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** Appends to an outbox of its own for a while. */
export async function appends({ publishers, per_s, duration_ms }: AppendShape): Promise<AppendFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'pinbus-bench-'));
  const path = join(folder, 'pinbus.db');
  const log = pino({ level: 'silent' });
  const { signal } = new AbortController();
  const store = new Store(path, log);
  await store.start(signal);
  const outbox = new SqliteOutbox(store, { max_bytes: bytes(2 ** 40), max_age: milliseconds(1e12) }, log);
  await outbox.start(signal);
  await outbox.openLane('cloud');
  await untilReserve(path);
  const commits = new Set<Promise<void>>();
  let appended = 0;
  const append = (number: number): Promise<void> => {
    const message = {
      topic: `load/${number % TOPICS}`,
      payload: Buffer.alloc(PAYLOAD, number),
      qos: 1,
      retain: false,
    } as const;
    const committed = outbox.append(message, ['cloud']);
    commits.add(committed);
    return committed.then(() => void (appended += 1));
  };
  const crowd = (end: number): Promise<unknown> =>
    Promise.all(Array.from({ length: publishers }, (_, number) => unpaced(append, number, end)));
  while (size(`${path}-wal`) < WAL_BYTES) await crowd(performance.now() + WARM_UP_MS);
  appended = 0;
  commits.clear();
  const written = writtenBytes(process.pid);
  const began = performance.now();
  const end = began + duration_ms;
  if (Number.isFinite(per_s)) await paced(append, per_s, end);
  else await crowd(end);
  const seconds = (performance.now() - began) / 1_000;
  const figures = {
    appends: appended,
    commits: commits.size,
    appends_per_s: appended / seconds,
    amplification: (writtenBytes(process.pid) - written) / (appended * PAYLOAD),
  };
  await outbox.stop();
  await store.stop();
  rmSync(folder, { recursive: true });
  return figures;
}

async function unpaced(append: (number: number) => Promise<void>, number: number, end: number): Promise<void> {
  while (performance.now() < end) await append(number);
}

/** Evenly, as far as timers go; what a late timer missed is made up for at once. */
async function paced(append: (number: number) => Promise<void>, per_s: number, end: number): Promise<void> {
  const began = performance.now();
  const acknowledged: Promise<void>[] = [];
  for (let number = 0; performance.now() < end; await wait(1)) {
    for (; number < ((performance.now() - began) / 1_000) * per_s; number++) acknowledged.push(append(number));
  }
  await Promise.all(acknowledged);
}
