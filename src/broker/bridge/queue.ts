import { MESSAGE_CLASSES } from '#topics';
import type { BridgeOptions } from '../options.ts';
import type { Outbox, OutboxEntry } from '../outbox/outbox.ts';
import { Aside, type Waiting } from './aside.ts';
import type { Excess } from './excess.ts';
import { Feed } from './feed.ts';
import { TokenBucket } from './token-bucket.ts';
import { isEmpty, type Parts, type Turn, turn } from './turn.ts';

export interface QueueSource {
  readonly bridge: Pick<BridgeOptions, 'name' | 'replay'>;
  readonly outbox: Outbox;
  /** What was refused before for a quota. */
  readonly excess: Excess;
  /** There may be a next message now. */
  readonly onChange: () => void;
  readonly onFailure: (error: unknown) => void;
}

/** A message, or the time until one may go, in milliseconds. */
type Next = Turn | Waiting;

/**
 * What a bridge owes its upstream, in the order that it goes over one link. First how things are, then what happens; what
 * happened goes behind both, at a bounded rate. Each is sent by class.
 */
export class Queue {
  readonly #source: QueueSource;
  readonly #aside = new Aside();
  readonly #bucket: TokenBucket;
  #parts: Parts | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(source: QueueSource) {
    this.#source = source;
    const { rate, burst } = source.bridge.replay;
    this.#bucket = new TokenBucket(rate, burst, performance.now());
  }

  /** What waits from before this link becomes history, and the newest of it how things are. */
  async start(): Promise<void> {
    const { outbox, bridge, onChange, onFailure } = this.#source;
    const { name } = bridge;
    const history = await outbox.divide(name);
    const feed = (after: number, read: (after: number, limit: number) => Promise<readonly OutboxEntry[]>): Feed =>
      new Feed({ after, read, onChange, onFailure });
    const live = MESSAGE_CLASSES.map((of) => feed(history, (after, limit) => outbox.peek(name, after, limit, of)));
    this.#unsubscribe = outbox.onAppended(name, (classes) => {
      MESSAGE_CLASSES.forEach((each, place) => classes.has(each) && live[place]?.refill());
    });
    this.#parts = {
      states: feed(0, (after, limit) => outbox.peekStates(name, after, limit)),
      live,
      history: MESSAGE_CLASSES.map((of) => feed(0, (after, limit) => outbox.peekHistory(name, after, limit, of))),
    };
  }

  stop(): void {
    this.#unsubscribe?.();
  }

  /** Undefined: nothing, until `onChange` or until there is room. */
  next(hasRoomFor: (entry: OutboxEntry) => boolean, isIdle: boolean): Next | undefined {
    if (this.#parts === undefined) return undefined;
    const again = this.#again(this.#parts, isIdle);
    if (again !== undefined && hasRoomFor(again.entry)) return again;
    return turn(this.#parts, hasRoomFor, this.#bucket.wait_ms(performance.now()));
  }

  /** Takes what `next` gave out of the queue; undefined: it lets others go first. */
  take(next: Extract<Next, { entry: OutboxEntry }>): Waiting | undefined {
    const parts = this.#parts;
    if (parts === undefined) return undefined;
    const isFresh = 'part' in next;
    const taken = isFresh ? { entry: next.entry, historic: parts.history.includes(next.part) } : next;
    if (isFresh) next.part.shift();
    else this.#aside.take(next);
    if (isFresh && this.#source.excess.doubts(taken.entry.sequence) && !isEmpty(parts)) {
      this.#aside.put(taken);
      return undefined;
    }
    if (taken.historic) this.#bucket.take(performance.now());
    return taken;
  }

  /** What let others go first: once one of them was taken, or when there are none. */
  #again(parts: Parts, isIdle: boolean): Waiting | undefined {
    if (this.#aside.isEmpty) return undefined;
    const { excess } = this.#source;
    return this.#aside.next(({ sequence }) => !excess.doubts(sequence) || (isIdle && isEmpty(parts)));
  }
}
