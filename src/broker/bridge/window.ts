import type { OutboxEntry } from '../outbox/outbox.ts';

/** Bytes on the way, after the first message. */
const MAX_BYTES = 4 * 1024 * 1024;
/** Answered messages that stay in the list until it is gone through. */
const SLACK = 64;

/** A message on its way. */
export interface Sent {
  readonly entry: OutboxEntry;
  answered: boolean;
}

/** Messages that were sent and are not yet off the disk: as many can come twice after a crash. */
export class Window {
  /** As they were sent; of those that were answered at most about as many as of the others. */
  #sent: Sent[] = [];
  #unanswered = 0;
  #messages = 0;
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#messages === 0;
  }

  /** In the order they were sent. */
  get unanswered(): readonly OutboxEntry[] {
    return this.#sent.flatMap(({ entry, answered }) => (answered ? [] : [entry]));
  }

  hasRoomFor({ bytes }: OutboxEntry, size: number): boolean {
    if (this.#messages === 0) return true;
    return this.#messages < size && this.#bytes + bytes <= MAX_BYTES;
  }

  enter(entry: OutboxEntry): Sent {
    const sent = { entry, answered: false };
    this.#sent.push(sent);
    this.#unanswered += 1;
    this.#messages += 1;
    this.#bytes += entry.bytes;
    return sent;
  }

  answered(sent: Sent): void {
    sent.answered = true;
    this.#unanswered -= 1;
    if (this.#sent.length > 2 * this.#unanswered + SLACK) this.#sent = this.#sent.filter(({ answered }) => !answered);
  }

  /** They are off the disk. */
  leave(entries: readonly OutboxEntry[]): void {
    this.#messages -= entries.length;
    for (const { bytes } of entries) this.#bytes -= bytes;
  }
}
