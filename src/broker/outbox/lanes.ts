import { BrokerError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { Accounts, Lane } from './accounts.ts';
import type { LaneRow, TopicRow } from './lane-table.ts';
import type { Removal } from './removal.ts';

/** Bits that a JavaScript number adds up exactly, with room to spare. */
const MAX_LANES = 50;
/** Rows in one go: the database is held for some milliseconds, and other commits go between. */
const SLICE = 2_000;

/** Opens and closes lanes, however many messages that concerns. */
export class Lanes {
  readonly #store: Store;
  readonly #accounts: Accounts;
  readonly #onRemoved: (removal: Removal) => void;
  /** Lanes on disk that what was published before them may still join. */
  readonly #joining = new Map<string, { after: number; readonly until: number }>();

  constructor(store: Store, accounts: Accounts, onRemoved: (removal: Removal) => void) {
    this.#store = store;
    this.#accounts = accounts;
    this.#onRemoved = onRemoved;
  }

  load(rows: readonly LaneRow[]): void {
    for (const { bit, name, history, join_after, join_until } of rows) {
      this.#accounts.lanes.set(name, { name, bit, history, depth: 0 });
      if (join_after < join_until) this.#joining.set(name, { after: join_after, until: join_until });
    }
  }

  /** `last`: the newest number given out. */
  async open(name: string, wants: ((topic: string) => boolean) | undefined, last: number): Promise<void> {
    const { lanes } = this.#accounts;
    if (!lanes.has(name)) {
      const bit = this.#freeBit(name);
      const until = wants === undefined ? 0 : last;
      lanes.set(name, { name, bit, history: 0, depth: 0 });
      try {
        await this.#store.write('lanes', 'open', bit, name, until);
      } catch (error) {
        lanes.delete(name);
        throw error;
      }
      if (until > 0) this.#joining.set(name, { after: 0, until });
    }
    const lane = lanes.get(name);
    if (lane !== undefined && wants !== undefined) await this.#join(lane, wants);
  }

  /** How many messages it still owed. `last`: the newest number given out; what comes later is none of the lane's. */
  async close(name: string, last: number): Promise<number> {
    const lane = this.#accounts.lanes.get(name);
    if (lane === undefined) return 0;
    const owed = lane.depth;
    for (let after: number | undefined = 0; after !== undefined && after < last; ) {
      const removal: Removal & { readonly last: number | undefined } = await this.#store.ask(
        'lanes',
        'release',
        lane.bit,
        after,
        SLICE,
      );
      this.#onRemoved(removal);
      after = removal.last;
    }
    // Only now: after a crash in between it is still known, and is closed again.
    await this.#store.write('lanes', 'close', lane.bit);
    this.#accounts.lanes.delete(name);
    this.#joining.delete(name);
    return owed;
  }

  #freeBit(name: string): number {
    const taken = new Set([...this.#accounts.lanes.values()].map(({ bit }) => bit));
    let bit = 0;
    while (taken.has(bit)) bit++;
    if (bit >= MAX_LANES) throw new BrokerError('BRIDGE_TOO_MANY', `${name} would be bridge number ${MAX_LANES + 1}`);
    return bit;
  }

  /** What was published before the lane, from where it got to: a crash in between loses none of it. */
  async #join(lane: Lane, wants: (topic: string) => boolean): Promise<void> {
    const joining = this.#joining.get(lane.name);
    if (joining === undefined) return;
    while (joining.after < joining.until) {
      const rows: readonly TopicRow[] = await this.#store.ask('lanes', 'topics', joining.after, SLICE);
      const wanted = rows.filter(({ sequence, topic }) => sequence <= joining.until && wants(topic));
      const after = Math.min(rows.at(-1)?.sequence ?? joining.until, joining.until);
      const sequences = wanted.map(({ sequence }) => sequence);
      lane.depth += await this.#store.ask('lanes', 'join', lane.bit, sequences, after);
      joining.after = after;
    }
    this.#joining.delete(lane.name);
  }
}
