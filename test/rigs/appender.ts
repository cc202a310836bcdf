import { readFileSync } from 'node:fs';
import { bundled } from '../../scripts/bundle.mjs';
import { SqliteOutbox } from '../../src/broker/outbox/sqlite-outbox.ts';
import { bytes, milliseconds } from '../../src/topics/index.ts';
import type { DatabaseFolder } from './database.ts';
import type { Outcome } from './ledger.ts';
import { Program } from './program.ts';
import { until } from './until.ts';

const MAIN = await bundled('test/rigs/appender-main.ts');

/** What the outbox had promised when its process ended. */
export interface Said {
  /** It also confirmed, the oldest first. */
  readonly confirming: boolean;
  readonly acknowledged: readonly number[];
  readonly confirmed: ReadonlySet<number>;
}

/** A process with an outbox in `database`, that appends numbers as fast as it can and writes into `file` what was acknowledged. */
export class Appender {
  readonly program: Program;
  readonly #file: string;
  readonly #confirming: boolean;

  constructor(database: string, file: string, confirming: boolean) {
    this.#file = file;
    this.#confirming = confirming;
    this.program = new Program(process.execPath, [MAIN, database, file, confirming ? 'confirming' : '']);
  }

  /** Settles when something was acknowledged. */
  async started(): Promise<void> {
    await until(
      'an acknowledgement',
      () => {
        if (this.program.exit !== undefined) throw new Error(`the appender ended: ${this.program.lastWords()}`);
        return this.#text().length > 0;
      },
      30_000,
    );
  }

  said(): Said {
    const lines = this.#text().trim().split('\n');
    return {
      confirming: this.#confirming,
      acknowledged: lines.filter((line) => !line.startsWith('-')).map(Number),
      confirmed: new Set(lines.filter((line) => line.startsWith('-')).map((line) => Number(line.slice(1)))),
    };
  }

  #text(): string {
    try {
      return readFileSync(this.#file, 'utf8');
    } catch {
      return '';
    }
  }
}

/** Confirmed at a time: so many confirmations may be on disk and not yet said. */
const CONFIRMING = 20;

/** What became of what the outbox said in one process, by what another one `found` in it. Confirmed and still there is unexpected. */
export function outcomeOf({ confirming, acknowledged, confirmed }: Said, found: readonly number[]): Outcome {
  const survived = new Set(found);
  const said = new Set(acknowledged);
  const gone = acknowledged.filter((number) => !survived.has(number) && !confirmed.has(number));
  // It confirms the oldest: a gap behind the first that is there is a loss.
  const unsaid = confirming ? gone.filter((number) => number < (found[0] ?? Number.POSITIVE_INFINITY)) : [];
  return {
    acknowledged: acknowledged.length,
    lost: gone.length - (unsaid.length <= CONFIRMING ? unsaid.length : 0),
    recovered: found.filter((number) => !said.has(number)).length,
    duplicated: found.length - survived.size,
    reordered: found.filter((number, i) => number < (found[i - 1] ?? 0)).length,
    unexpected: found.filter((number) => confirmed.has(number)).length,
  };
}

/** The numbers in the outbox, in its order; none are left in it. */
export async function takeNumbers(folder: DatabaseFolder, path = folder.path): Promise<number[]> {
  const store = await folder.open(path);
  const bounds = { max_bytes: bytes(1e9), max_age: milliseconds(1e12) };
  const outbox = new SqliteOutbox(store, bounds, folder.kept.log);
  await outbox.start(new AbortController().signal);
  const found: number[] = [];
  for (let after = 0; ; ) {
    const entries = await outbox.peek('cloud', after, 5000);
    const last = entries.at(-1);
    if (last === undefined) break;
    after = last.sequence;
    for (const { message } of entries) found.push(Number(message.payload));
  }
  await outbox.closeLane('cloud');
  await outbox.stop();
  await store.stop();
  return found;
}
