import type { Connection } from './connection.ts';

/** How old the row may get while something else is written anyway, in milliseconds: it costs a page. */
const KEEP_MS = 60_000;

/** The table `clock`: how long the node has run in all, so that a restart goes on counting from there. */
export class ClockTable {
  readonly #read;
  readonly #write;
  #kept_ms: number;

  constructor(db: Connection) {
    this.#read = db.prepare<[], number>('SELECT run_ms FROM clock').pluck();
    this.#write = db.prepare<[number]>('UPDATE clock SET run_ms = ?');
    this.#kept_ms = this.read();
  }

  read(): number {
    return this.#read.get() ?? 0;
  }

  /** Goes along with a commit that is made anyway. */
  ride(run_ms: number): void {
    if (run_ms - this.#kept_ms >= KEEP_MS) this.keep(run_ms);
  }

  keep(run_ms: number): void {
    this.#write.run(run_ms);
    this.#kept_ms = run_ms;
  }
}
