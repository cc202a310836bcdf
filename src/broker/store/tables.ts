import { Blocks } from '../outbox/blocks.ts';
import { BoundsTable } from '../outbox/bounds-table.ts';
import { ClassTable } from '../outbox/class-table.ts';
import { DeadLetterTable } from '../outbox/dead-letter-table.ts';
import { LaneTable } from '../outbox/lane-table.ts';
import { OutboxTable } from '../outbox/table.ts';
import { RecordTable } from '../recorder/table.ts';
import { RetainedTable } from '../retained/table.ts';
import { SessionTable } from '../session/table.ts';
import { ClockTable } from './clock.ts';
import type { Connection } from './connection.ts';

/** Who keeps what in the database. Their methods run in the worker, inside the transaction of a group commit. */
export interface Tables {
  readonly outbox: OutboxTable;
  readonly lanes: LaneTable;
  readonly classes: ClassTable;
  readonly bounds: BoundsTable;
  readonly deadLetters: DeadLetterTable;
  readonly retained: RetainedTable;
  readonly sessions: SessionTable;
  readonly records: RecordTable;
  readonly clock: ClockTable;
}

export const openTables = (db: Connection): Tables => {
  const deadLetters = new DeadLetterTable(db);
  const blocks = new Blocks();
  return {
    outbox: new OutboxTable(db, blocks, deadLetters),
    lanes: new LaneTable(db, blocks),
    classes: new ClassTable(db),
    bounds: new BoundsTable(db, blocks),
    deadLetters,
    retained: new RetainedTable(db),
    sessions: new SessionTable(db),
    records: new RecordTable(db),
    clock: new ClockTable(db),
  };
};

/** Both ends of the port are typed by the same Tables, so the name stands for a method and the arguments are its own. */
export function callTable(tables: Tables, table: string, method: string, args: readonly unknown[]): unknown {
  const methods = tables as unknown as Record<string, Record<string, (...args: readonly unknown[]) => unknown>>;
  return methods[table]?.[method]?.(...args);
}
