import type { SessionArchive } from './archive.ts';
import { BoundedQueue, type QueueBounds } from './queue.ts';
import type { Outgoing } from './state.ts';

/** What of a queue that is on disk is in memory too, while its client is there. */
const AHEAD_MESSAGES = 512;
const AHEAD_BYTES = 524_288;

export interface BacklogParts {
  /** Undefined: nothing survives the process. */
  readonly archive: SessionArchive | undefined;
  /** As the config has them now. */
  readonly limits: () => QueueBounds;
  /** More can be sent than could before. */
  readonly onReady: () => void;
  /** The oldest went, for newer ones. */
  readonly onDropped: (messages: number) => void;
}

/** A queue as it is on disk. */
export interface FoundBacklog {
  readonly messages: number;
  readonly bytes: number;
  /** The newest sequence that may be in flight, and so must not be dropped. */
  readonly in_flight: number;
  /** The newest that may have been sent before. */
  readonly again: number;
}

/**
 * What waits to be sent to one client, oldest first. That of a session which has to survive is on disk: while its client is
 * away nothing else of it is kept, while it is there the next ones are in memory and the rest is read in pages. Coming back
 * is so the same after a lost connection and after a restart.
 */
export class Backlog {
  readonly #parts: BacklogParts;
  #ahead = new BoundedQueue<Outgoing>();
  /** On disk alone, all newer than what is in memory. */
  #rest: { readonly messages: number; readonly bytes: number } = { messages: 0, bytes: 0 };
  #row = 0;
  /** The newest sequence that is or was in memory. */
  #newest = 0;
  /** The newest that was sent. */
  #sent = 0;
  /** The newest that may have been sent before this start. */
  #again = 0;
  /** Which page is awaited; another number: not any more. */
  #page = 0;
  #paging = false;
  #trimming = false;

  constructor(parts: BacklogParts) {
    this.#parts = parts;
  }

  get length(): number {
    return this.#ahead.length + this.#rest.messages;
  }

  get bytes(): number {
    return this.#ahead.bytes + this.#rest.bytes;
  }

  /** The newest sequence that the client may have been sent, ever. */
  get sent(): number {
    return Math.max(this.#sent, this.#again);
  }

  /** What is in memory, the oldest first. */
  inMemory(): Iterable<Outgoing> {
    return this.#ahead;
  }

  /** True while messages wait that are not in memory: newer ones have to go behind them. */
  get onDisk(): boolean {
    return this.#rest.messages > 0 || this.#paging;
  }

  /** As a start found it. */
  restore(row: number, found: FoundBacklog): void {
    this.#row = row;
    this.#sent = found.in_flight;
    this.#again = found.again;
    this.#rest = { messages: found.messages, bytes: found.bytes };
  }

  /** Takes the newest. `connected`: its client is there. Returns what its publisher has to wait for. */
  add(row: number, outgoing: Outgoing, connected: boolean, soon: boolean): Promise<void> | undefined {
    const { archive } = this.#parts;
    this.#row = row;
    if (archive === undefined || outgoing.sequence === 0) {
      this.#dropped(this.#push(outgoing));
      return undefined;
    }
    const inMemory = connected && !this.onDisk && this.#hasRoom();
    const kept = archive.enqueue(row, outgoing, soon && inMemory);
    if (inMemory) {
      this.#push(outgoing);
      this.#newest = outgoing.sequence;
      kept.then(
        () => this.#settled(outgoing, 'yes'),
        () => this.#settled(outgoing, 'no'),
      );
    } else {
      this.#counted(outgoing);
      kept.catch(() => this.#gone(1, outgoing.bytes));
      if (this.#isOver()) void this.trim(0);
      // The memory has room again, should nothing be under way that sees to it.
      if (connected) this.#fill();
    }
    return kept;
  }

  /** The oldest that can go now; a QoS 2 message not before it is on disk, or a crash would bring it a second time. */
  next(): Outgoing | undefined {
    let oldest = this.#ahead.first();
    // Its publisher was told that it was not taken.
    for (; oldest?.qos === 2 && oldest.kept === 'no'; oldest = this.#ahead.first()) this.#ahead.shift();
    if (oldest === undefined || (oldest.qos === 2 && oldest.kept !== 'yes')) return undefined;
    this.#ahead.shift();
    this.#sent = Math.max(this.#sent, oldest.sequence);
    this.#fill();
    return oldest;
  }

  /** The client is back: what is on disk is read, from the oldest that it has not acknowledged. */
  resume(): void {
    this.#fill();
  }

  /** The client is away: what is on disk need not be in memory. `inflight` goes back into the queue. */
  away(inflight: Iterable<Outgoing>): void {
    this.#parts.archive?.flush();
    for (const outgoing of [...inflight, ...this.#ahead]) this.#counted(outgoing);
    this.#ahead = new BoundedQueue();
    this.#newest = 0;
    this.#paging = false;
    this.#page++;
  }

  /** Drops the oldest that were not sent until that many bytes, and what is above the bounds, are gone. */
  async trim(bytes: number): Promise<void> {
    const { archive } = this.#parts;
    if (archive === undefined || this.#row === 0) {
      let dropped = 0;
      for (let freed = 0; freed < bytes && this.#ahead.length > 1; dropped++) freed += this.#ahead.shift()?.bytes ?? 0;
      return this.#dropped(dropped);
    }
    if (this.#trimming) return;
    this.#trimming = true;
    try {
      for (let asked = bytes; asked > 0 || this.#isOver(); asked = 0) {
        const { queue_messages, queue_bytes } = this.#parts.limits();
        const rows = Math.max(0, this.length - queue_messages);
        const freed = Math.max(asked, this.bytes - queue_bytes);
        const trimmed = await archive.trim(this.#row, Math.max(this.#newest, this.#sent), rows, freed);
        this.#gone(trimmed.rows, trimmed.bytes);
        this.#dropped(trimmed.rows);
        if (trimmed.rows === 0) break;
      }
    } catch {
      // The store has said why it takes no writes.
    } finally {
      this.#trimming = false;
    }
  }

  /** Returns how many older ones had to go. */
  #push(outgoing: Outgoing): number {
    return this.#ahead.push(outgoing, this.#parts.limits());
  }

  #isOver(): boolean {
    const { queue_messages, queue_bytes } = this.#parts.limits();
    return this.length > queue_messages || this.bytes > queue_bytes;
  }

  #hasRoom(): boolean {
    return this.#ahead.length < AHEAD_MESSAGES && this.#ahead.bytes < AHEAD_BYTES;
  }

  #settled(outgoing: Outgoing, kept: 'yes' | 'no'): void {
    outgoing.kept = kept;
    if (outgoing.qos === 2) this.#parts.onReady();
  }

  #counted({ bytes }: Outgoing): void {
    this.#rest = { messages: this.#rest.messages + 1, bytes: this.#rest.bytes + bytes };
  }

  #gone(gone: number, freed: number): void {
    const messages = Math.max(0, this.#rest.messages - gone);
    this.#rest = { messages, bytes: messages === 0 ? 0 : Math.max(0, this.#rest.bytes - freed) };
  }

  #dropped(messages: number): void {
    if (messages > 0) this.#parts.onDropped(messages);
  }

  #fill(): void {
    if (this.#paging || this.#rest.messages === 0 || this.#ahead.length * 2 > AHEAD_MESSAGES) return;
    this.#paging = true;
    void this.#read(++this.#page);
  }

  async #read(page: number): Promise<void> {
    const { archive } = this.#parts;
    const counted = this.#rest;
    try {
      const read = (await archive?.page(this.#row, this.#newest, Math.max(this.#sent, this.#again))) ?? [];
      if (page !== this.#page) return;
      for (const outgoing of read) this.#push(outgoing);
      this.#newest = read.at(-1)?.sequence ?? this.#newest;
      // Those were not on disk, whatever was counted.
      if (read.length === 0) this.#gone(counted.messages, counted.bytes);
      for (const { bytes } of read) this.#gone(1, bytes);
    } catch {
      // The store has said why; the next message or connection tries again.
    } finally {
      if (page === this.#page) this.#paging = false;
    }
    if (page === this.#page) this.#parts.onReady();
  }
}
