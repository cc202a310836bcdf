import type { MessageClass } from '#topics';
import type { Connection } from '../store/connection.ts';
import { toColumn } from './removal.ts';

/** By which rules the column `class` was filled. */
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

  set(of: MessageClass, sequences: readonly number[]): void {
    const update = this.#db.prepare('UPDATE outbox SET class = ? WHERE sequence = ? AND class != ?');
    const column = toColumn(of);
    for (const sequence of sequences) update.run(column, sequence, column);
  }
}
