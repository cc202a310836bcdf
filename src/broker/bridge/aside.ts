import type { OutboxEntry } from '../outbox/outbox.ts';

/** A message that lets others go first. */
export interface Waiting {
  readonly entry: OutboxEntry;
  readonly historic: boolean;
}

/** Messages of a lane that let others go first. They are on disk, and come again with the next link. */
export class Aside {
  readonly #waiting: Waiting[] = [];

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  put(waiting: Waiting): void {
    this.#waiting.push(waiting);
  }

  /** The first that may go; it stays until it is taken. */
  next(mayGo: (entry: OutboxEntry) => boolean): Waiting | undefined {
    return this.#waiting.find(({ entry }) => mayGo(entry));
  }

  take(waiting: Waiting): void {
    this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
  }
}
