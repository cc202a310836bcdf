import Database from 'better-sqlite3';

/** Every connection of this thread. A thread opens one, or four when the file is damaged. */
const connections = new Set<Connection>();

/**
 * A database whose statements are made once, by their text, and kept. Not for speed: better-sqlite3 12 on Node 24.19 or newer
 * aborts the process when the garbage collector takes one of its objects (node_object_wrap.h: the destructor asks for an
 * environment, and there is none during a collection). So none is ever garbage: texts are constants, values are parameters,
 * and `iterate`, which makes an object each time, is not used.
 */
export class Connection {
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(path: string, options?: Database.Options) {
    this.#db = new Database(path, options);
    connections.add(this);
  }

  /** `Parameters` and `Row` are the caller's word for what its text takes and gives. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  prepare<Parameters extends unknown[] = unknown[], Row = unknown>(sql: string): Database.Statement<Parameters, Row> {
    const statement = this.#statements.get(sql) ?? this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement as Database.Statement<Parameters, Row>;
  }

  /** The one value that a pragma answers with, if it does. */
  pragma(text: string): unknown {
    const statement = this.prepare(`PRAGMA ${text}`);
    return statement.reader ? statement.pluck().get() : statement.run();
  }

  exec(sql: string): void {
    this.#db.exec(sql);
  }

  transaction<Arguments extends unknown[], Result>(work: (...args: Arguments) => Result) {
    return this.#db.transaction(work);
  }

  get inTransaction(): boolean {
    return this.#db.inTransaction;
  }

  close(): void {
    this.#db.close();
  }
}
