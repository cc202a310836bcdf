import { LIMITS } from '../limits.ts';
import type { Outgoing } from './state.ts';

/** Sent, and not yet acknowledged to the end. */
export interface Sent {
  readonly outgoing: Outgoing;
  /** `published`: awaits PUBACK or PUBREC; `releasing`: PUBREC came and is on its way to the disk; `released`: awaits PUBCOMP. */
  stage: 'published' | 'releasing' | 'released';
}

/** What is on its way to a client, by packet identifier, in the order of sending: bounded by count and by bytes. */
export class Inflight {
  readonly #sent = new Map<number, Sent>();
  #bytes = 0;

  get size(): number {
    return this.#sent.size;
  }

  /** Whether one more may be sent to a client that takes `window` at once; alone it may be of any size. */
  hasRoom(window: number): boolean {
    return this.size < window && this.#bytes < LIMITS.inflight_bytes;
  }

  has(packetId: number): boolean {
    return this.#sent.has(packetId);
  }

  get(packetId: number): Sent | undefined {
    return this.#sent.get(packetId);
  }

  begin(packetId: number, sent: Sent): void {
    this.end(packetId);
    this.#sent.set(packetId, sent);
    this.#bytes += sent.outgoing.bytes;
  }

  /** Undefined: it was not there. */
  end(packetId: number): Sent | undefined {
    const sent = this.#sent.get(packetId);
    if (sent === undefined) return undefined;
    this.#sent.delete(packetId);
    this.#bytes -= sent.outgoing.bytes;
    return sent;
  }

  clear(): void {
    this.#sent.clear();
    this.#bytes = 0;
  }

  [Symbol.iterator](): IterableIterator<[number, Sent]> {
    return this.#sent.entries();
  }
}
