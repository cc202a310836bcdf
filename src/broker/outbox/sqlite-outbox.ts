import { type ClassFilters, Classifier, MESSAGE_CLASSES, type Message, type MessageClass } from '#topics';
import type { Logger } from 'pino';
import type { OutboxBounds } from '../options.ts';
import { encodeProperties } from '../store/columns.ts';
import type { Store } from '../store/store.ts';
import { Accounts, has, type Lane } from './accounts.ts';
import { Arrivals } from './arrivals.ts';
import { Bounds } from './bounds.ts';
import type { Settled } from './confirmation.ts';
import type { Forgotten } from './dead-letter-table.ts';
import { Drops } from './drops.ts';
import { Lanes } from './lanes.ts';
import type { AppendedListener, AppendOptions, DropReason, Outbox, OutboxEntry, OutboxStatus, Owed } from './outbox.ts';
import { unpackPage } from './page.ts';
import { reclassify } from './reclassify.ts';
import { Refusals } from './refusals.ts';
import type { Oldest, Removal, Share } from './removal.ts';
import { Room } from './room.ts';
import { statusOf } from './status.ts';
import { Upkeep } from './upkeep.ts';

/** What a row takes besides topic, payload and properties, in bytes. */
const ROW_OVERHEAD = 64;

/**
 * The outbox in the database. Ages are counted by the store's clock, that only runs while the node does: a wall clock
 * that jumps years expires nothing.
 */
export class SqliteOutbox implements Outbox {
  readonly #store: Store;
  readonly #log: Logger;
  readonly #classifier: Classifier;
  /** The rules of the classes as text. */
  readonly #rules: string;
  readonly #drops: Drops;
  readonly #accounts = new Accounts();
  readonly #room: Room;
  readonly #arrivals: Arrivals;
  readonly #lanes: Lanes;
  readonly #upkeep: Upkeep;
  readonly #appended = new Map<string, Set<AppendedListener>>();
  readonly #refusals: Refusals;
  #sequence = 0;

  constructor(store: Store, bounds: OutboxBounds, log: Logger) {
    this.#store = store;
    this.#log = log;
    const filters = filtersOf(bounds);
    this.#rules = JSON.stringify(filters);
    this.#classifier = new Classifier(filters);
    this.#drops = new Drops(log);
    this.#refusals = new Refusals(log);
    const limits = new Bounds(bounds);
    this.#room = new Room(limits, this.#accounts, this.#refusals);
    this.#arrivals = new Arrivals(this.#accounts, (shares, onDisk) => this.#arrived(shares, onDisk));
    this.#lanes = new Lanes(store, this.#accounts, (removal) => this.#removed(removal, 'bridge_removed'));
    this.#upkeep = new Upkeep({
      store,
      accounts: this.#accounts,
      bounds: limits,
      use: () => this.#room.use(),
      onRemoved: (removal, reason) => this.#removed(removal, reason),
      onSweep: () => this.#closeEpisodes(),
    });
  }

  /** After the store has started. */
  async start(signal: AbortSignal): Promise<void> {
    await reclassify(this.#store, this.#classifier, this.#rules, signal);
    const [{ sequence, shares, oldest }, lanes] = await Promise.all([
      this.#store.ask('outbox', 'load'),
      this.#store.ask('lanes', 'list'),
    ]);
    signal.throwIfAborted();
    this.#sequence = sequence;
    this.#lanes.load(lanes);
    this.#accounts.load(shares, oldest);
    this.#upkeep.start();
    void this.#upkeep.trim();
  }

  /** Before the store stops. */
  async stop(): Promise<void> {
    this.#upkeep.stop();
    this.#room.stop();
    this.#drops.closeEpisodes(Number.POSITIVE_INFINITY);
    await this.#arrivals.settled();
  }

  get lastSequence(): number {
    return this.#sequence;
  }

  get lanes(): readonly string[] {
    return [...this.#accounts.lanes.keys()];
  }

  openLane(name: string, wants?: (topic: string) => boolean): Promise<void> {
    return this.#lanes.open(name, wants, this.#sequence);
  }

  closeLane(name: string): Promise<number> {
    return this.#lanes.close(name, this.#sequence);
  }

  append(message: Message, lanes: readonly string[], options: AppendOptions = {}): Promise<void> {
    let wanted_by = 0;
    for (const name of new Set(lanes)) {
      const lane = this.#accounts.lanes.get(name);
      if (lane !== undefined) wanted_by += 2 ** lane.bit;
    }
    if (wanted_by === 0) return Promise.resolve();
    const { written_at = Date.now(), withhold = false } = options;
    const of = this.#classifier.classOf(message.topic);
    const properties = encodeProperties(message.properties);
    const bytes =
      ROW_OVERHEAD + Buffer.byteLength(message.topic) + message.payload.byteLength + (properties?.length ?? 0);
    const admitted = this.#room.admits(of, bytes, withhold);
    const run_ms = this.#store.run_ms;
    const expiry = message.properties?.messageExpiryInterval;
    const committed = this.#store.write(
      'outbox',
      'append',
      ++this.#sequence,
      of,
      wanted_by,
      message.topic,
      message.payload,
      properties,
      message.qos,
      message.retain ? 1 : 0,
      written_at,
      run_ms,
      expiry === undefined ? null : run_ms + expiry * 1000,
      bytes,
    );
    this.#arrivals.add(committed, { wanted_by, class: of, rows: 1, bytes }, { written_at, run_ms });
    return admitted ? committed : this.#room.wait(of, bytes, committed);
  }

  giveUp(topic: string, reason: DropReason): void {
    const now = Date.now();
    const dropped = { class: this.#classifier.classOf(topic), messages: 1, first_at: now, last_at: now };
    this.#drops.add(reason, dropped, performance.now());
  }

  peek(name: string, after: number, limit: number, of?: MessageClass): Promise<readonly OutboxEntry[]> {
    return this.#read(name, (bit, now) => this.#store.read('outbox', 'peek', bit, after, limit, now, of ?? null));
  }

  async divide(name: string): Promise<number> {
    const lane = this.#accounts.lanes.get(name);
    if (lane === undefined || lane.depth === 0) return lane?.history ?? 0;
    // What was appended until here is on disk before this is asked.
    const until = this.#sequence;
    await this.#store.write('outbox', 'divide', lane.bit, until);
    lane.history = until;
    return until;
  }

  peekStates(name: string, after: number, limit: number): Promise<readonly OutboxEntry[]> {
    return this.#read(name, (bit, now) => this.#store.read('outbox', 'peekStates', bit, after, limit, now));
  }

  peekHistory(name: string, after: number, limit: number, of?: MessageClass): Promise<readonly OutboxEntry[]> {
    return this.#read(name, (bit, now) =>
      this.#store.read('outbox', 'peekHistory', bit, after, limit, now, of ?? null),
    );
  }

  async confirm(name: string, sequences: readonly number[]): Promise<void> {
    const lane = this.#accounts.lanes.get(name);
    if (lane === undefined) return;
    this.#settled(lane, await this.#store.ask('outbox', 'confirm', lane.bit, sequences));
  }

  async refuse(name: string, sequence: number, reason: string): Promise<void> {
    const lane = this.#accounts.lanes.get(name);
    if (lane === undefined) return;
    this.#dead(lane, await this.#store.ask('outbox', 'refuse', lane.bit, sequence, reason, Date.now()));
  }

  onAppended(lane: string, listener: AppendedListener): () => void {
    const listeners = this.#appended.get(lane) ?? new Set();
    this.#appended.set(lane, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#appended.delete(lane);
    };
  }

  isServed(lane: string): boolean {
    return this.#appended.has(lane);
  }

  onRefusing(listener: () => void): () => void {
    return this.#refusals.onChange(listener);
  }

  async owed(name: string): Promise<Owed> {
    const lane = this.#accounts.lanes.get(name);
    if (lane === undefined) return { bytes: 0, oldest_age_ms: undefined };
    const { bytes, oldest } = await this.#store.read('lanes', 'owed', lane.bit);
    return { bytes, oldest_age_ms: this.#age(oldest) };
  }

  status(): OutboxStatus {
    const age = (oldest: Oldest | undefined): number | undefined => this.#age(oldest);
    return statusOf({ accounts: this.#accounts, room: this.#room, drops: this.#drops, age });
  }

  async #read(
    name: string,
    page: (bit: number, now_run_ms: number) => Promise<Uint8Array>,
  ): Promise<readonly OutboxEntry[]> {
    const lane = this.#accounts.lanes.get(name);
    if (lane === undefined) return [];
    for (;;) {
      const now = this.#store.run_ms;
      const { entries, damaged } = unpackPage(await page(lane.bit, now), now);
      await this.#giveUpDamaged(lane, damaged);
      // An empty page says that the lane owes nothing more.
      if (entries.length > 0 || damaged.length === 0) return entries;
    }
  }

  #arrived(shares: readonly Share[], onDisk: boolean): void {
    if (!onDisk) return this.#room.release();
    for (const [name, { bit }] of this.#accounts.lanes) {
      const listeners = this.#appended.get(name);
      if (listeners === undefined) continue;
      const classes = new Set(shares.filter((share) => has(share.wanted_by, bit)).map((share) => share.class));
      if (classes.size > 0) for (const listener of listeners) listener(classes);
    }
    void this.#upkeep.trim();
  }

  #removed(removal: Removal, reason: DropReason): void {
    this.#accounts.dropped(removal);
    this.#drops.removed(reason, removal, performance.now());
    this.#room.release();
  }

  #settled(lane: Lane, removal: Settled): void {
    this.#accounts.settled(lane, removal.settled, removal);
    this.#room.release();
  }

  async #giveUpDamaged(lane: Lane, sequences: readonly number[]): Promise<void> {
    if (sequences.length === 0) return;
    for (const sequence of sequences) {
      this.#dead(lane, await this.#store.ask('outbox', 'giveUpDamaged', lane.bit, sequence, Date.now()));
    }
    this.#log.error(
      { code: 'OUTBOX_MESSAGE_DAMAGED', bridge: lane.name, messages: sequences.length, first: sequences[0] },
      'messages were damaged on disk: what is left of them are dead letters',
    );
  }

  /** The message is a dead letter now; some that were so before had to go for it. */
  #dead(lane: Lane, { forgotten, ...removal }: Settled & { readonly forgotten: readonly Forgotten[] }): void {
    this.#settled(lane, removal);
    for (const { topic, written_at } of forgotten) {
      const letter = { class: this.#classifier.classOf(topic), messages: 1, first_at: written_at, last_at: written_at };
      this.#drops.add('dead_letters', letter, performance.now());
    }
  }

  #closeEpisodes(): void {
    const now_ms = performance.now();
    this.#drops.closeEpisodes(now_ms);
    this.#refusals.close(now_ms, (of) => this.#room.isFull(of, 1));
  }

  #age(oldest: Oldest | undefined): number | undefined {
    return oldest === undefined ? undefined : Math.max(0, this.#store.run_ms - oldest.run_ms);
  }
}

function filtersOf({ classes }: Pick<OutboxBounds, 'classes'>): ClassFilters {
  return Object.fromEntries(MESSAGE_CLASSES.map((each) => [each, classes?.[each]?.filters ?? []]));
}
