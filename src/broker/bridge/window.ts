import type { OutboxEntry } from '../outbox/outbox.ts';

/** Bytes on the way, after the first message. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Messages that were sent and are not yet off the disk: as many can come twice after a crash. */
export class Window {
  readonly #size: number;
  #messages = 0;
  #bytes = 0;

  constructor(size: number) {
    this.#size = size;
  }

  get isEmpty(): boolean {
    return this.#messages === 0;
  }

  hasRoomFor({ bytes }: OutboxEntry): boolean {
    if (this.#messages === 0) return true;
    return this.#messages < this.#size && this.#bytes + bytes <= MAX_BYTES;
  }

  enter({ bytes }: OutboxEntry): void {
    this.#messages += 1;
    this.#bytes += bytes;
  }

  leave(entries: readonly OutboxEntry[]): void {
    this.#messages -= entries.length;
    for (const { bytes } of entries) this.#bytes -= bytes;
  }
}
