import type { Connection } from '../store/connection.ts';

/** By which rules the classes on disk were chosen. */
export class ClassTable {
  readonly #db: Connection;

  constructor(db: Connection) {
    this.#db = db;
  }

  /** The rules as text; empty: none yet. */
  rules(): string {
    return this.#db.prepare<[], string>('SELECT rules FROM class_rules').pluck().get() ?? '';
  }

  keepRules(rules: string): void {
    this.#db.prepare('UPDATE class_rules SET rules = ?').run(rules);
  }
}
