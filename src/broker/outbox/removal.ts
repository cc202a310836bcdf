import type { MessageClass } from '#topics';
import { MESSAGE_CLASSES } from '#topics';
import type { Connection } from '../store/connection.ts';

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

/** A row as it goes. */
export interface Gone {
  readonly wanted_by: number;
  readonly class: number;
  readonly bytes: number;
  readonly written_at: number;
  readonly topic: string;
  readonly retain: number;
}

/** What a deletion returns for `Removals`. */
export const GONE = 'wanted_by, class, bytes, written_at, topic, retain';

/** A class as the column has it: its place in the order of urgency. */
export const toColumn = (of: MessageClass): number => MESSAGE_CLASSES.indexOf(of);
export const fromColumn = (column: number): MessageClass => MESSAGE_CLASSES[column] ?? 'telemetry';

/** Sums up what a table deleted. */
export class Removals {
  readonly #oldest;

  constructor(db: Connection) {
    this.#oldest = db.prepare<[number], Oldest>(
      'SELECT written_at, run_ms FROM outbox INDEXED BY outbox_class WHERE class = ? ORDER BY sequence LIMIT 1',
    );
  }

  of(gone: readonly Gone[]): Removal {
    const shares = new Map<string, { -readonly [K in keyof GoneShare]: GoneShare[K] }>();
    for (const { wanted_by, class: column, bytes, written_at } of gone) {
      const key = `${wanted_by} ${column}`;
      const share = shares.get(key);
      if (share === undefined) {
        const of = { wanted_by, class: fromColumn(column) };
        shares.set(key, { ...of, rows: 1, bytes, first_at: written_at, last_at: written_at });
        continue;
      }
      share.rows += 1;
      share.bytes += bytes;
      share.first_at = Math.min(share.first_at, written_at);
      share.last_at = Math.max(share.last_at, written_at);
    }
    return { shares: [...shares.values()], oldest: this.oldest() };
  }

  oldest(): OldestOfClasses {
    const of = (each: MessageClass): Oldest | undefined => this.#oldest.get(toColumn(each));
    return { event: of('event'), command: of('command'), state: of('state'), telemetry: of('telemetry') };
  }
}
