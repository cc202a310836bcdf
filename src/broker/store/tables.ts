import type Database from 'better-sqlite3';
import { OutboxTable } from '../outbox/table.ts';
import { RetainedTable } from '../retained/table.ts';

/** Who keeps what in the database. Their methods run in the worker, inside the transaction of a group commit. */
export interface Tables {
  readonly outbox: OutboxTable;
  readonly retained: RetainedTable;
}

export const openTables = (db: Database.Database): Tables => ({
  outbox: new OutboxTable(db),
  retained: new RetainedTable(db),
});
