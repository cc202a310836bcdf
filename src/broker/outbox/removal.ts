import type { MessageClass } from '#topics';
import { MESSAGE_CLASSES } from '#topics';
import type { Connection } from '../store/connection.ts';
import type { Blocks, Sum } from './blocks.ts';

/** The clocks of the oldest row. */
export interface Oldest {
  readonly written_at: number;
  readonly run_ms: number;
}

/** The oldest row of each class; undefined: it has none. */
export type OldestOfClasses = Readonly<Record<MessageClass, Oldest | undefined>>;

/** Rows of one class that the same lanes want. */
export interface Share {
  /** Sum of 2**bit. */
  readonly wanted_by: number;
  readonly class: MessageClass;
  readonly rows: number;
  readonly bytes: number;
}

/** Rows that left, with the wall clock of the first and the last of them. */
interface GoneShare extends Share {
  readonly first_at: number;
  readonly last_at: number;
}

/** What left the outbox, and what is the oldest now. */
export interface Removal {
  readonly shares: readonly GoneShare[];
  readonly oldest: OldestOfClasses;
}

/** A row as it goes, or rows of one block and part. */
export interface Gone extends Sum {
  /** Of one of them. */
  readonly sequence: number;
  readonly first_at: number;
  readonly last_at: number;
}

/** What a deletion returns for `Removals`. */
export const GONE = 'sequence, wanted_by, class, 1 AS rows, bytes, written_at AS first_at, written_at AS last_at';

/** A class as the column has it: its place in the order of urgency. */
export const toColumn = (of: MessageClass): number => MESSAGE_CLASSES.indexOf(of);
export const fromColumn = (column: number): MessageClass => MESSAGE_CLASSES[column] ?? 'telemetry';

/** Counts out what a table deleted, and sums it up. */
export class Removals {
  readonly #blocks: Blocks;
  readonly #oldest;

  constructor(db: Connection, blocks: Blocks) {
    this.#blocks = blocks;
    this.#oldest = db.prepare<[number, number, number], Oldest>(
      `SELECT written_at, run_ms FROM outbox WHERE sequence > ? AND sequence <= ? AND class = ?
        ORDER BY sequence LIMIT 1`,
    );
  }

  of(gone: readonly Gone[]): Removal {
    const shares = new Map<string, { -readonly [K in keyof GoneShare]: GoneShare[K] }>();
    for (const sum of gone) {
      this.#blocks.remove(sum.sequence, sum);
      const { wanted_by, class: column, rows, bytes, first_at, last_at } = sum;
      const key = `${wanted_by} ${column}`;
      const share = shares.get(key);
      if (share === undefined) {
        const of = { wanted_by, class: fromColumn(column) };
        shares.set(key, { ...of, rows, bytes, first_at, last_at });
        continue;
      }
      share.rows += rows;
      share.bytes += bytes;
      share.first_at = Math.min(share.first_at, first_at);
      share.last_at = Math.max(share.last_at, last_at);
    }
    return { shares: [...shares.values()], oldest: this.oldest() };
  }

  oldest(): OldestOfClasses {
    const of = (each: MessageClass): Oldest | undefined => {
      const column = toColumn(each);
      const stretch = this.#blocks.stretch(0, 1, (part) => part.class === column);
      return stretch && this.#oldest.get(stretch.after, stretch.until, column);
    };
    return { event: of('event'), command: of('command'), state: of('state'), telemetry: of('telemetry') };
  }
}
