import type { Connection } from '../store/connection.ts';
import { BLOCK_OF, type Blocks } from './blocks.ts';
import type { HistoryTable } from './history-table.ts';
import { type Gone, type Removal, Removals } from './removal.ts';

/** Messages that a lane had until now. */
export interface Settled extends Removal {
  /** How many. */
  readonly settled: number;
}

/** Of the messages that a lane wants between two numbers, those of one block and part. */
interface Stake extends Gone {
  /** 1: there is a retained one among them. */
  readonly retained: number;
}

/**
 * Takes a lane off messages. They come by the hundred and mostly one after the other, so they are summed up where they are:
 * as rows in JavaScript each would cost three times what its deletion does.
 */
export class Confirmation {
  readonly #blocks: Blocks;
  readonly #history: HistoryTable;
  readonly #removals: Removals;
  readonly #stakes;
  readonly #retained;
  readonly #take;
  readonly #share;

  constructor(db: Connection, blocks: Blocks, history: HistoryTable) {
    this.#blocks = blocks;
    this.#history = history;
    this.#removals = new Removals(db, blocks);
    const stake = 'FROM outbox WHERE sequence BETWEEN ? AND ? AND wanted_by & ?';
    this.#stakes = db.prepare<[number, number, number], Stake>(
      `SELECT min(sequence) AS sequence, class, wanted_by, count(*) AS rows, sum(bytes) AS bytes,
        min(written_at) AS first_at, max(written_at) AS last_at, max(retain) AS retained
        ${stake} GROUP BY ${BLOCK_OF}, class, wanted_by`,
    );
    this.#retained = db.prepare<[number, number, number], { sequence: number; topic: string }>(
      `SELECT sequence, topic ${stake} AND retain = 1 ORDER BY sequence`,
    );
    this.#take = db.prepare<[number, number, number]>(
      'DELETE FROM outbox WHERE sequence BETWEEN ? AND ? AND wanted_by = ?',
    );
    this.#share = db.prepare<[number, number, number, number]>(
      'UPDATE outbox SET wanted_by = wanted_by & ~CAST(? AS INTEGER) WHERE sequence BETWEEN ? AND ? AND wanted_by & ?',
    );
  }

  /** Unknown numbers are ignored. */
  of(bit: number, sequences: readonly number[]): Settled {
    const mask = 2 ** bit;
    const gone: Gone[] = [];
    let settled = 0;
    for (const [first, last] of runsOf(sequences)) {
      const stakes = this.#stakes.all(first, last, mask);
      const retained = stakes.some((stake) => stake.retained === 1) ? this.#retained.all(first, last, mask) : [];
      const shared = stakes.filter(({ wanted_by }) => wanted_by !== mask);
      if (shared.length < stakes.length) this.#take.run(first, last, mask);
      if (shared.length > 0) this.#share.run(mask, first, last, mask);
      for (const stake of stakes) {
        const { class: of, wanted_by, rows, bytes } = stake;
        if (wanted_by === mask) gone.push(stake);
        else
          this.#blocks.change(
            stake.sequence,
            { class: of, wanted_by, rows, bytes },
            { class: of, wanted_by: wanted_by - mask },
          );
        settled += rows;
      }
      for (const { sequence, topic } of retained) this.#history.passed(bit, topic, sequence);
    }
    return { ...this.#removals.of(gone), settled };
  }
}

/** First and last of numbers that follow one another: one statement takes them all. */
function runsOf(sequences: readonly number[]): [first: number, last: number][] {
  const runs: [number, number][] = [];
  for (const sequence of sequences.toSorted((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run !== undefined && sequence === run[1] + 1) run[1] = sequence;
    else if (run === undefined || sequence !== run[1]) runs.push([sequence, sequence]);
  }
  return runs;
}
