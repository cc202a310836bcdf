import type { Connection } from './connection.ts';
import { unpackParcel } from './parcel.ts';
import { callTable, type Tables } from './tables.ts';

/** What a commit came to. */
export interface Done {
  /** Of the calls that were asked. */
  readonly results: readonly unknown[];
  /** It changed the file. */
  readonly wrote: boolean;
}

/**
 * The commit that is being gathered. Its calls are made as they come, while the main thread prepares the next: at the end the
 * disk alone is left to wait for. All of them are kept until then, to be made again where the disk was full.
 */
export class Transaction {
  readonly #tables: Tables;
  readonly #begin;
  readonly #commit;
  readonly #rollback;
  readonly #changes;
  readonly #db: Connection;
  #parcels: Uint8Array[] = [];
  #results: unknown[] = [];
  #failure: { readonly error: unknown } | undefined;
  /** Rows that were ever changed, as of the last commit. */
  #changed: number;

  constructor(db: Connection, tables: Tables) {
    this.#db = db;
    this.#tables = tables;
    this.#begin = db.prepare('BEGIN');
    this.#commit = db.prepare('COMMIT');
    this.#rollback = db.prepare('ROLLBACK');
    this.#changes = db.prepare<[], number>('SELECT total_changes()').pluck();
    this.#changed = this.#changes.get() ?? 0;
  }

  /** Something of it was made already. */
  get isOpen(): boolean {
    return this.#db.inTransaction;
  }

  /** What goes wrong is told at the end. */
  take(packed: Uint8Array): void {
    if (packed.byteLength === 0) return;
    this.#parcels.push(packed);
    if (this.#failure !== undefined) return;
    try {
      this.#attempt(() => this.#make(packed));
    } catch (error) {
      this.#failure = { error };
    }
  }

  /**
   * Ends it, and the next one may begin. `isOver`: whether what it failed with is over, so that it is tried once more. Throws
   * what SQLite throws: then nothing of it is kept.
   */
  end(run_ms: number, isOver: (error: unknown) => boolean): Done {
    try {
      if (this.#failure !== undefined) throw this.#failure.error;
      return this.#attempt(() => this.#end(run_ms));
    } catch (error) {
      if (!isOver(error)) throw error;
      return this.#attempt(() => {
        for (const packed of this.#parcels) this.#make(packed);
        return this.#end(run_ms);
      });
    } finally {
      this.#parcels = [];
      this.#results = [];
      this.#failure = undefined;
    }
  }

  #make(packed: Uint8Array): void {
    if (!this.#db.inTransaction) this.#begin.run();
    unpackParcel(packed, (table, method, args, asked) => {
      const result = callTable(this.#tables, table, method, args);
      if (asked) this.#results.push(result);
    });
  }

  #end(run_ms: number): Done {
    const wrote = this.#changes.get() !== this.#changed;
    if (wrote) this.#tables.clock.ride(run_ms);
    this.#commit.run();
    this.#changed = this.#changes.get() ?? 0;
    this.#tables.outbox.settle(true);
    return { results: this.#results, wrote };
  }

  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.#undo();
      throw error;
    }
  }

  #undo(): void {
    // After some errors SQLite did so itself.
    if (this.#db.inTransaction) this.#rollback.run();
    this.#tables.outbox.settle(false);
    this.#changed = this.#changes.get() ?? 0;
    this.#results = [];
  }
}
