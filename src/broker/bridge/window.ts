import type { OutboxEntry } from '../outbox/outbox.ts';

/** Bytes on the way, after the first message. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Messages that were sent and are not yet off the disk: as many can come twice after a crash. */
export class Window {
  readonly #unanswered = new Map<number, OutboxEntry>();
  #messages = 0;
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#messages === 0;
  }

  /** In the order they were sent. */
  get unanswered(): readonly OutboxEntry[] {
    return [...this.#unanswered.values()];
  }

  hasRoomFor({ bytes }: OutboxEntry, size: number): boolean {
    if (this.#messages === 0) return true;
    return this.#messages < size && this.#bytes + bytes <= MAX_BYTES;
  }

  enter(entry: OutboxEntry): void {
    this.#unanswered.set(entry.sequence, entry);
    this.#messages += 1;
    this.#bytes += entry.bytes;
  }

  answered({ sequence }: OutboxEntry): void {
    this.#unanswered.delete(sequence);
  }

  /** They are off the disk. */
  leave(entries: readonly OutboxEntry[]): void {
    this.#messages -= entries.length;
    for (const { bytes } of entries) this.#bytes -= bytes;
  }
}
