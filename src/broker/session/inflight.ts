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
  /** Sent on an earlier connection, and not yet again on this one. */
  readonly #postponed = new Set<number>();
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

  /** The connection is a new one, whose client may take fewer at once than before [MQTT-3.3.4-9]. */
  postpone(packetId: number): void {
    this.#postponed.add(packetId);
  }

  /** The client answered it, though it was not sent again. */
  answered(packetId: number): void {
    this.#postponed.delete(packetId);
  }

  /** The next one to send again, in the order of before, to a client that takes `window` at once. */
  nextAgain(window: number): readonly [packetId: number, sent: Sent] | undefined {
    if (this.size - this.#postponed.size >= window) return undefined;
    for (const packetId of this.#postponed) {
      this.#postponed.delete(packetId);
      const sent = this.#sent.get(packetId);
      if (sent !== undefined) return [packetId, sent];
    }
    return undefined;
  }

  /** Undefined: it was not there. */
  end(packetId: number): Sent | undefined {
    const sent = this.#sent.get(packetId);
    if (sent === undefined) return undefined;
    this.#sent.delete(packetId);
    this.#postponed.delete(packetId);
    this.#bytes -= sent.outgoing.bytes;
    return sent;
  }

  clear(): void {
    this.#sent.clear();
    this.#postponed.clear();
    this.#bytes = 0;
  }

  [Symbol.iterator](): IterableIterator<[number, Sent]> {
    return this.#sent.entries();
  }
}
