import { OutboxTable } from '../outbox/table.ts';
import { RetainedTable } from '../retained/table.ts';
import { SessionTable } from '../session/table.ts';
import { ClockTable } from './clock.ts';
import type { Connection } from './connection.ts';

/** Who keeps what in the database. Their methods run in the worker, inside the transaction of a group commit. */
export interface Tables {
  readonly outbox: OutboxTable;
  readonly retained: RetainedTable;
  readonly sessions: SessionTable;
  readonly clock: ClockTable;
}

export const openTables = (db: Connection): Tables => ({
  outbox: new OutboxTable(db),
  retained: new RetainedTable(db),
  sessions: new SessionTable(db),
  clock: new ClockTable(db),
});
