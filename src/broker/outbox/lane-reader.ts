import { MESSAGE_CLASSES, type MessageClass } from '#topics';
import type { Connection } from '../store/connection.ts';
import { has } from './accounts.ts';
import type { Blocks, Part } from './blocks.ts';
import { toColumn } from './removal.ts';
import { ANY, bytesOf, COLUMNS, lastOfPage, type OutboxRow, PAGE_BYTES, SIZES, type SizeRow } from './row.ts';

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
      AND (expires_run_ms IS NULL OR expires_run_ms > ?) ${and} ORDER BY sequence LIMIT ${ANY}`;
    this.#blocks = blocks;
    this.#sizes = db.prepare<number[], SizeRow>(`SELECT ${SIZES} ${where}`);
    this.#rows = db.prepare<number[], OutboxRow>(`SELECT ${COLUMNS} ${where}`).raw();
  }

  read({ bit, after, until, limit, now_run_ms, of }: Choice, ...parameters: readonly number[]): OutboxRow[] {
    const classes = of === null ? ALL_CLASSES : 2 ** toColumn(of);
    const filter = [2 ** bit, classes, now_run_ms, ...parameters];
    const isWanted = (part: Part): boolean => has(part.wanted_by, bit) && has(classes, part.class);
    const rows: OutboxRow[] = [];
    let room = PAGE_BYTES;
    for (let from = after; rows.length < limit && room > 0; ) {
      const most = limit - rows.length;
      const stretch = this.#blocks.stretch(from, most, isWanted);
      if (stretch === undefined || stretch.after >= until) break;
      const end = Math.min(stretch.until, until);
      const last =
        stretch.bytes <= room ? end : this.#lastWithin(room, [stretch.after, end, ...filter, most], rows.length === 0);
      for (const row of this.#rows.all(stretch.after, last, ...filter, most)) {
        room -= bytesOf(row);
        rows.push(row);
      }
      if (last < end) break;
      from = end;
    }
    return rows;
  }

  /** Where the rows end that fit; with `first` the first one does, whatever it takes. */
  #lastWithin(room: number, choice: readonly number[], first: boolean): number {
    const [after = 0, end = 0] = choice;
    const sizes = this.#sizes.all(...choice);
    if (!first && (sizes[0]?.bytes ?? 0) > room) return after;
    const last = lastOfPage(sizes, room);
    return last === undefined || last === sizes.at(-1) ? end : last.sequence;
  }
}
