import { LIMITS } from '../limits.ts';

/** SUBACKs and UNSUBACKs that wait for a disk which takes no writes, by session. */
export class OwedAnswers<Key> {
  readonly #answers = new Map<Key, (() => void)[]>();

  /** False: as many wait as may. */
  add(key: Key, answer: () => void): boolean {
    const waiting = this.#answers.get(key) ?? [];
    if (waiting.length >= LIMITS.owed_answers) return false;
    waiting.push(answer);
    this.#answers.set(key, waiting);
    return true;
  }

  /** Those that wait now; whoever takes them gives them or adds them again. */
  take(key: Key): readonly (() => void)[] {
    const waiting = this.#answers.get(key) ?? [];
    this.#answers.delete(key);
    return waiting;
  }
}
