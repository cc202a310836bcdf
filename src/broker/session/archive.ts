import type { Subscription } from '../core/subscriber.ts';
import { LIMITS } from '../limits.ts';
import type { Store } from '../store/store.ts';
import { Hold } from './hold.ts';
import { toOutgoing, toQueued, toWillRow } from './rows.ts';
import type { Outgoing, Will } from './state.ts';
import type { LoadedSessions, Trimmed } from './stored.ts';

/** Rows and bytes that are read at once. */
const PAGE_ROWS = 256;
const PAGE_BYTES = 262_144;

/**
 * The sessions on disk. What is written is on its way at once and in the order of the calls; the promise settles when it is
 * fsynced. While the node runs the memory is right, so what nobody waits for may fail: the store tells of it.
 */
export class SessionArchive {
  readonly #store: Store;
  readonly #hold: Hold;
  readonly #unsaved = new Set<number>();
  #sequence = 0;
  #row = 0;

  constructor(store: Store) {
    this.#store = store;
    this.#hold = new Hold((row, outgoing) => this.#enqueue(row, outgoing));
  }

  async load(): Promise<LoadedSessions> {
    const loaded = await this.#store.ask('sessions', 'load', LIMITS.inflight);
    for (const { id } of loaded.sessions) this.#row = Math.max(this.#row, id);
    for (const { newest } of loaded.backlogs) this.#sequence = Math.max(this.#sequence, newest);
    return loaded;
  }

  /** Before the store stops. */
  stop(): void {
    this.#hold.flush();
  }

  get run_ms(): number {
    return this.#store.run_ms;
  }

  nextRow(): number {
    return ++this.#row;
  }

  nextSequence(): number {
    return ++this.#sequence;
  }

  /** All of `work` survives a crash or nothing. */
  together<T>(work: () => T): T {
    return this.#store.together(work);
  }

  open(row: number, clientId: string, user: string | undefined, expiry_s: number, will: Will | undefined): void {
    this.together(() => {
      void this.#state(row, this.#store.write('sessions', 'open', row, clientId, user ?? null, expiry_s));
      if (will !== undefined) void this.#state(row, this.#store.write('sessions', 'putWill', ...toWillRow(row, will)));
    });
  }

  lost(row: number, expiry_s: number, sent: number): void {
    void this.#state(row, this.#store.write('sessions', 'lost', row, expiry_s, this.run_ms, sent));
  }

  /** It ended, and what it shares with others is still to be given to them. */
  orphan(row: number): void {
    void this.#state(row, this.#store.write('sessions', 'orphan', row));
  }

  end(row: number): void {
    void this.#state(row, this.#store.write('sessions', 'end', row));
  }

  deleteWill(row: number): void {
    void this.#state(row, this.#store.write('sessions', 'deleteWill', row));
  }

  subscribe(row: number, filter: string, subscription: Subscription): Promise<void> {
    const { qos, noLocal, retainAsPublished, identifier } = subscription;
    const flags = [noLocal ? 1 : 0, retainAsPublished ? 1 : 0] as const;
    return this.#state(row, this.#store.write('sessions', 'subscribe', row, filter, qos, ...flags, identifier ?? null));
  }

  /** All of a session's, in place of what is there. */
  resubscribe(row: number, subscriptions: ReadonlyMap<string, Subscription>): Promise<void> {
    return this.together(() => {
      const written = [this.#state(row, this.#store.write('sessions', 'unsubscribeAll', row))];
      for (const [filter, subscription] of subscriptions) written.push(this.subscribe(row, filter, subscription));
      return Promise.all(written).then(() => {});
    });
  }

  unsubscribe(row: number, filter: string): Promise<void> {
    return this.#state(row, this.#store.write('sessions', 'unsubscribe', row, filter));
  }

  /** `soon`: an acknowledgement is likely to come before the disk would have it, and then the disk is spared. */
  enqueue(row: number, outgoing: Outgoing, soon: boolean): Promise<void> {
    return soon ? this.#hold.put(row, outgoing) : this.#enqueue(row, outgoing);
  }

  /** What is held back goes to the disk now: its acknowledgements will not come soon. */
  flush(): void {
    this.#hold.flush();
  }

  /** The next messages after that sequence. `again` is the newest that may have been sent before. */
  async page(row: number, after: number, again: number): Promise<readonly Outgoing[]> {
    const rows = await this.#store.ask('sessions', 'page', row, after, PAGE_ROWS, PAGE_BYTES);
    return rows.map((one) => toOutgoing(one, again, this.run_ms));
  }

  /** What another member of a shared subscription may get. */
  async shared(row: number, after: number, sent: number): Promise<readonly Outgoing[]> {
    const rows = await this.#store.ask('sessions', 'shared', row, after, sent, PAGE_ROWS);
    return rows.map((one) => toOutgoing(one, sent, this.run_ms));
  }

  release(sequence: number): Promise<void> {
    return this.#store.write('sessions', 'release', sequence);
  }

  done(sequence: number): void {
    if (this.#hold.take(sequence)) return;
    // A row too many comes a second time after a restart, or is released a second time at QoS 2.
    this.#store.write('sessions', 'done', sequence).catch(() => {});
  }

  /** Drops the oldest after that sequence until so many rows and bytes are gone. */
  trim(row: number, after: number, rows: number, bytes: number): Promise<Trimmed> {
    return this.#store.ask('sessions', 'trim', row, after, rows, bytes);
  }

  receive(row: number, packetId: number): Promise<void> {
    return this.#store.write('sessions', 'receive', row, packetId);
  }

  free(row: number, packetId: number): Promise<void> {
    return this.#store.write('sessions', 'free', row, packetId);
  }

  /** Sessions whose rows are not what the memory has, since the disk did not take them; asked for once. */
  unsaved(): readonly number[] {
    const rows = [...this.#unsaved];
    this.#unsaved.clear();
    return rows;
  }

  #state(row: number, written: Promise<void>): Promise<void> {
    written.catch(() => this.#unsaved.add(row));
    return written;
  }

  #enqueue(row: number, outgoing: Outgoing): Promise<void> {
    return this.#store.write('sessions', 'enqueue', ...toQueued(row, outgoing, this.run_ms));
  }
}
