import type { MessageClass } from '#topics';
import { BrokerError } from '../errors.ts';
import { Deferred } from '../store/deferred.ts';
import { type UseOfClasses, whole } from './bounds.ts';

/** Messages, and bytes of them, that may be beyond the bounds: their publishers wait, and most send no more meanwhile. */
const MAX_MESSAGES = 10_000;
const MAX_BYTES = 8 * 1024 * 1024;

interface Waiting {
  readonly bytes: number;
  readonly room: Deferred<void>;
}

/**
 * Messages of classes that refuse: on disk, so that a crash loses none and none is delivered twice, but not acknowledged until
 * there is room. Who publishes them is held back by its own window, and nobody else by it.
 */
export class Withheld {
  readonly #waiting: Readonly<Record<MessageClass, Set<Waiting>>> = {
    event: new Set(),
    command: new Set(),
    state: new Set(),
    telemetry: new Set(),
  };
  readonly #use = {
    event: { messages: 0, bytes: 0 },
    command: { messages: 0, bytes: 0 },
    state: { messages: 0, bytes: 0 },
    telemetry: { messages: 0, bytes: 0 },
  };

  /** What of the outbox is not acknowledged for want of room. */
  get use(): UseOfClasses {
    return this.#use;
  }

  /** Whether one more of that size may wait. */
  takes(bytes: number): boolean {
    const { messages, bytes: waiting } = whole(this.#use);
    return messages < MAX_MESSAGES && waiting + bytes <= MAX_BYTES;
  }

  /** Settles when it is on disk and has room; rejects when it was not kept. */
  async wait(of: MessageClass, bytes: number, committed: Promise<void>): Promise<void> {
    const waiting = { bytes, room: new Deferred<void>() };
    this.#waiting[of].add(waiting);
    this.#use[of].messages += 1;
    this.#use[of].bytes += bytes;
    try {
      await committed;
    } catch (error) {
      this.#leave(of, waiting);
      throw error;
    }
    await waiting.room.promise;
  }

  /** Acknowledges the first ones of a class as long as they have room. */
  release(of: MessageClass, hasRoom: (bytes: number) => boolean): void {
    for (const waiting of this.#waiting[of]) {
      if (!hasRoom(waiting.bytes)) return;
      this.#leave(of, waiting);
      waiting.room.resolve();
    }
  }

  /** Nobody will make room any more: publishers send again what they have no answer for. */
  stop(): void {
    for (const set of Object.values(this.#waiting)) {
      for (const { room } of set) {
        room.promise.catch(() => {});
        room.reject(new BrokerError('STORE_STOPPED', 'the outbox stopped while it was full'));
      }
      set.clear();
    }
  }

  #leave(of: MessageClass, waiting: Waiting): void {
    if (!this.#waiting[of].delete(waiting)) return;
    this.#use[of].messages -= 1;
    this.#use[of].bytes -= waiting.bytes;
  }
}
