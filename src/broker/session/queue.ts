/** Places that an emptied queue may keep, so that a message that passes through allocates none. */
const KEPT_PLACES = 32;

interface Sized {
  readonly bytes: number;
}

export interface QueueBounds {
  /** Items. */
  readonly queue_messages: number;
  readonly queue_bytes: number;
}

/** First in, first out, bounded by count and bytes: what does not fit pushes the oldest out. */
export class BoundedQueue<T extends Sized> {
  #items: (T | undefined)[] = [];
  #head = 0;
  #bytes = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Returns how many older ones had to go; a single one above the bound of bytes stays. */
  push(item: T, { queue_messages, queue_bytes }: QueueBounds): number {
    this.#items.push(item);
    this.#bytes += item.bytes;
    let dropped = 0;
    while (this.length > 1 && (this.length > queue_messages || this.#bytes > queue_bytes)) {
      this.shift();
      dropped++;
    }
    return dropped;
  }

  /** The oldest, which stays. */
  first(): T | undefined {
    return this.#items[this.#head];
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    // Moving the rest now and then costs less than an array's own shift each time.
    if (this.#head > 1_024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    } else if (this.#head === this.#items.length && this.#head >= KEPT_PLACES) {
      this.#items.length = 0;
      this.#head = 0;
    }
    if (item !== undefined) this.#bytes -= item.bytes;
    return item;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let i = this.#head; i < this.#items.length; i++) {
      const item = this.#items[i];
      if (item !== undefined) yield item;
    }
  }
}
