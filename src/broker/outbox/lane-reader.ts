import { MESSAGE_CLASSES, type MessageClass } from '#topics';
import type { Connection } from '../store/connection.ts';
import { has } from './accounts.ts';
import type { Blocks } from './blocks.ts';
import { toColumn } from './removal.ts';
import { COLUMNS, lastOfPage, type OutboxRow, PAGE_BYTES, SIZES, type SizeRow } from './row.ts';

/** Which rows of a lane are wanted. */
export interface Choice {
  /** The lane's place. */
  readonly bit: number;
  /** Numbers above the first, up to the second. */
  readonly after: number;
  readonly until: number;
  readonly limit: number;
  /** What expired before is left out. */
  readonly now_run_ms: number;
  /** Null: of every class. */
  readonly of: MessageClass | null;
}

const ALL_CLASSES = 2 ** MESSAGE_CLASSES.length - 1;

/** Reads a lane in order: rows after a number, at most `limit` and about 1 MiB, and no others but those of their blocks. */
export class LaneReader {
  readonly #blocks: Blocks;
  readonly #sizes;
  readonly #rows;

  /** `and`: what else holds of the rows; its parameters are the last ones. */
  constructor(db: Connection, blocks: Blocks, and = '') {
    const where = `FROM outbox WHERE sequence > ? AND sequence <= ? AND wanted_by & ? AND (1 << class) & ?
      AND (expires_run_ms IS NULL OR expires_run_ms > ?) ${and} ORDER BY sequence`;
    this.#blocks = blocks;
    this.#sizes = db.prepare<number[], SizeRow>(`SELECT ${SIZES} ${where} LIMIT ?`);
    this.#rows = db.prepare<number[], OutboxRow>(`SELECT ${COLUMNS} ${where}`);
  }

  read({ bit, after, until, limit, now_run_ms, of }: Choice, ...parameters: readonly number[]): OutboxRow[] {
    const classes = of === null ? ALL_CLASSES : 2 ** toColumn(of);
    const filter = [2 ** bit, classes, now_run_ms, ...parameters];
    const rows: OutboxRow[] = [];
    let room = PAGE_BYTES;
    for (let from = after; rows.length < limit; ) {
      const stretch = this.#blocks.stretch(
        from,
        limit - rows.length,
        (part) => has(part.wanted_by, bit) && has(classes, part.class),
      );
      if (stretch === undefined || stretch.after >= until) break;
      from = Math.min(stretch.until, until);
      const sizes = this.#sizes.all(stretch.after, from, ...filter, limit - rows.length);
      const last = lastOfPage(sizes, room);
      if (last === undefined) continue;
      if (rows.length > 0 && (sizes[0]?.bytes ?? 0) > room) break;
      for (const row of this.#rows.all(stretch.after, last.sequence, ...filter)) {
        room -= row.bytes;
        rows.push(row);
      }
      if (last !== sizes.at(-1) || room <= 0) break;
    }
    return rows;
  }
}
