import type { Message } from '#topics';
import type { Logger } from 'pino';
import { BrokerError } from '../errors.ts';
import type { OutboxOptions } from '../options.ts';
import { encodeProperties, ownBytes } from '../store/columns.ts';
import type { Store } from '../store/store.ts';
import { Drops } from './drops.ts';
import { toEntry } from './entry.ts';
import type { DropReason, Outbox, OutboxEntry, OutboxStatus } from './outbox.ts';
import type { Oldest, Removal, Share } from './table.ts';

/** Bits that a JavaScript number adds up exactly, with room to spare. */
const MAX_LANES = 50;
/** What a row takes besides topic, payload and properties, in bytes. */
const ROW_OVERHEAD = 64;
/** How often old and expired messages are looked for, in milliseconds. */
const SWEEP_MS = 10_000;

interface Lane {
  readonly bit: number;
  /** Up to this number it is history. */
  history: number;
  /** Messages. */
  depth: number;
}

/** The messages of one commit, counted once they are on disk. */
interface Appended {
  readonly committed: Promise<void>;
  readonly shares: Map<number, { wanted_by: number; rows: number; bytes: number }>;
  readonly first: Oldest;
}

/**
 * The outbox in the database. Ages are counted by the store's clock, that only runs while the node does: a wall clock
 * that jumps years expires nothing.
 */
export class SqliteOutbox implements Outbox {
  readonly #store: Store;
  readonly #bounds: Pick<OutboxOptions, 'max_bytes' | 'max_age'>;
  readonly #drops: Drops;
  readonly #lanes = new Map<string, Lane>();
  readonly #listeners = new Map<string, Set<() => void>>();
  #sequence = 0;
  #depth = 0;
  #bytes = 0;
  #oldest: Oldest | undefined;
  #appended: Appended | undefined;
  #trimming = false;
  #sweep: NodeJS.Timeout | undefined;

  constructor(store: Store, bounds: Pick<OutboxOptions, 'max_bytes' | 'max_age'>, log: Logger) {
    this.#store = store;
    this.#bounds = bounds;
    this.#drops = new Drops(log);
  }

  /** After the store has started. */
  async start(signal: AbortSignal): Promise<void> {
    const loaded = await this.#store.ask('outbox', 'load');
    signal.throwIfAborted();
    this.#sequence = loaded.sequence;
    this.#oldest = loaded.oldest;
    for (const { bit, name, history } of loaded.lanes) this.#lanes.set(name, { bit, history, depth: 0 });
    this.#count(loaded.shares, 1);
    this.#sweep = setInterval(() => void this.#sweepOld(), SWEEP_MS).unref();
  }

  /** Before the store stops. */
  async stop(): Promise<void> {
    clearInterval(this.#sweep);
    this.#drops.closeEpisodes(Number.POSITIVE_INFINITY);
    await this.#appended?.committed.catch(() => {});
  }

  get lastSequence(): number {
    return this.#sequence;
  }

  get lanes(): readonly string[] {
    return [...this.#lanes.keys()];
  }

  async openLane(name: string): Promise<void> {
    if (this.#lanes.has(name)) return;
    const taken = new Set([...this.#lanes.values()].map(({ bit }) => bit));
    let bit = 0;
    while (taken.has(bit)) bit++;
    if (bit >= MAX_LANES) throw new BrokerError('BRIDGE_TOO_MANY', `${name} would be bridge number ${MAX_LANES + 1}`);
    this.#lanes.set(name, { bit, history: 0, depth: 0 });
    try {
      await this.#store.write('outbox', 'openLane', bit, name);
    } catch (error) {
      this.#lanes.delete(name);
      throw error;
    }
  }

  async closeLane(name: string): Promise<number> {
    const lane = this.#lanes.get(name);
    if (lane === undefined) return 0;
    const removal = await this.#store.ask('outbox', 'closeLane', lane.bit);
    this.#lanes.delete(name);
    this.#removed(removal, 'bridge_removed');
    return lane.depth;
  }

  append(message: Message, lanes: readonly string[], written_at: number = Date.now()): Promise<void> {
    let wanted_by = 0;
    for (const name of new Set(lanes)) {
      const lane = this.#lanes.get(name);
      if (lane !== undefined) wanted_by += 2 ** lane.bit;
    }
    if (wanted_by === 0) return Promise.resolve();
    const run_ms = this.#store.run_ms;
    const expiry = message.properties?.messageExpiryInterval;
    const properties = encodeProperties(message.properties);
    const bytes =
      ROW_OVERHEAD + Buffer.byteLength(message.topic) + message.payload.byteLength + (properties?.length ?? 0);
    const committed = this.#store.write(
      'outbox',
      'append',
      ++this.#sequence,
      wanted_by,
      message.topic,
      ownBytes(message.payload),
      properties,
      message.qos,
      message.retain ? 1 : 0,
      written_at,
      run_ms,
      expiry === undefined ? null : run_ms + expiry * 1000,
      bytes,
    );
    this.#appending(committed, { wanted_by, rows: 1, bytes }, { written_at, run_ms });
    if (message.qos === 0) {
      committed.catch(() => this.#drops.add('not_stored', 1, written_at, written_at, performance.now()));
    }
    return committed;
  }

  peek(name: string, after: number, limit: number): Promise<readonly OutboxEntry[]> {
    return this.#peek('peek', name, after, limit);
  }

  async divide(name: string): Promise<number> {
    const lane = this.#lanes.get(name);
    if (lane === undefined || lane.depth === 0) return lane?.history ?? 0;
    // What was appended until here is on disk before this is asked.
    const until = this.#sequence;
    await this.#store.write('outbox', 'divide', lane.bit, until);
    lane.history = until;
    return until;
  }

  peekStates(name: string, after: number, limit: number): Promise<readonly OutboxEntry[]> {
    return this.#peek('peekStates', name, after, limit);
  }

  peekHistory(name: string, after: number, limit: number): Promise<readonly OutboxEntry[]> {
    return this.#peek('peekHistory', name, after, limit);
  }

  async confirm(name: string, sequences: readonly number[]): Promise<void> {
    const lane = this.#lanes.get(name);
    if (lane === undefined) return;
    this.#settled(lane, await this.#store.ask('outbox', 'confirm', lane.bit, sequences));
  }

  async refuse(name: string, sequence: number, reason: string): Promise<void> {
    const lane = this.#lanes.get(name);
    if (lane === undefined) return;
    const removal = await this.#store.ask('outbox', 'refuse', lane.bit, sequence, reason, Date.now());
    this.#settled(lane, removal);
    const { messages, first_at, last_at } = removal.forgotten;
    this.#drops.add('dead_letters', messages, first_at, last_at, performance.now());
  }

  onAppended(lane: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(lane) ?? new Set();
    this.#listeners.set(lane, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(lane);
    };
  }

  status(): OutboxStatus {
    return {
      depth: this.#depth,
      bytes: this.#bytes,
      oldest_age_ms: this.#oldest === undefined ? undefined : Math.max(0, this.#store.run_ms - this.#oldest.run_ms),
      lanes: Object.fromEntries([...this.#lanes].map(([name, { depth }]) => [name, depth])),
      drops: this.#drops.counts,
    };
  }

  async #peek(
    part: 'peek' | 'peekStates' | 'peekHistory',
    name: string,
    after: number,
    limit: number,
  ): Promise<readonly OutboxEntry[]> {
    const lane = this.#lanes.get(name);
    if (lane === undefined) return [];
    const now = this.#store.run_ms;
    const rows = await this.#store.ask('outbox', part, lane.bit, after, limit, now);
    return rows.map((row) => toEntry(row, now));
  }

  /** One reckoning a commit, not one a message. */
  #appending(committed: Promise<void>, { wanted_by, bytes }: Share, first: Oldest): void {
    let appended = this.#appended;
    if (appended?.committed !== committed) {
      appended = { committed, shares: new Map(), first };
      this.#appended = appended;
      void this.#reckon(appended);
    }
    const share = appended.shares.get(wanted_by) ?? { wanted_by, rows: 0, bytes: 0 };
    share.rows += 1;
    share.bytes += bytes;
    appended.shares.set(wanted_by, share);
  }

  async #reckon({ committed, shares, first }: Appended): Promise<void> {
    try {
      await committed;
    } catch {
      return;
    }
    this.#oldest ??= first;
    this.#count(shares.values(), 1);
    for (const [name, { bit }] of this.#lanes) {
      const wanted = [...shares.keys()].some((mask) => has(mask, bit));
      if (wanted) for (const listener of this.#listeners.get(name) ?? []) listener();
    }
    if (this.#bytes > this.#bounds.max_bytes) void this.#trim();
  }

  async #trim(): Promise<void> {
    if (this.#trimming) return;
    this.#trimming = true;
    try {
      while (this.#bytes > this.#bounds.max_bytes) {
        const removal = await this.#store.ask('outbox', 'dropOldest', this.#bytes - this.#bounds.max_bytes);
        this.#removed(removal, 'max_bytes');
        if (removal.shares.length === 0) break;
      }
    } catch {
      // The store has said why it takes no writes; the next append tries again.
    } finally {
      this.#trimming = false;
    }
  }

  async #sweepOld(): Promise<void> {
    this.#drops.closeEpisodes(performance.now());
    if (this.#depth === 0) return;
    try {
      const now = this.#store.run_ms;
      this.#removed(await this.#store.ask('outbox', 'dropExpired', now), 'expired');
      const oldest_allowed: number = now - this.#bounds.max_age;
      while (this.#oldest !== undefined && this.#oldest.run_ms < oldest_allowed) {
        const removal = await this.#store.ask('outbox', 'dropOlder', oldest_allowed);
        this.#removed(removal, 'max_age');
        if (removal.shares.length === 0) break;
      }
    } catch {
      // The store has said why it takes no writes; the next sweep tries again.
    }
  }

  #removed(removal: Removal, reason: DropReason): void {
    this.#count(removal.shares, -1);
    this.#oldest = removal.oldest;
    const rows = removal.shares.reduce((sum, share) => sum + share.rows, 0);
    this.#drops.add(reason, rows, removal.first_at, removal.last_at, performance.now());
  }

  #settled(lane: { depth: number }, removal: Removal & { readonly settled: number }): void {
    lane.depth -= removal.settled;
    for (const { rows, bytes } of removal.shares) {
      this.#depth -= rows;
      this.#bytes -= bytes;
    }
    this.#oldest = removal.oldest;
  }

  #count(shares: Iterable<Share>, sign: 1 | -1): void {
    for (const { wanted_by, rows, bytes } of shares) {
      this.#depth += sign * rows;
      this.#bytes += sign * bytes;
      for (const lane of this.#lanes.values()) if (has(wanted_by, lane.bit)) lane.depth += sign * rows;
    }
  }
}

/** `&` on numbers stops at 32 bits. */
const has = (mask: number, bit: number): boolean => Math.floor(mask / 2 ** bit) % 2 === 1;
