import { MESSAGE_CLASSES } from '#topics';
import type { Logger } from 'pino';
import { BrokerError } from '../errors.ts';
import type { BridgeOptions } from '../options.ts';
import type { Outbox, OutboxEntry } from '../outbox/outbox.ts';
import { mayBlameMessage } from '../upstream/faults.ts';
import type { Link } from '../upstream/link.ts';
import { Aside, type Waiting } from './aside.ts';
import type { Breaker } from './breaker.ts';
import { Burst } from './burst.ts';
import { CULPRIT_REASON, type Culprit } from './culprit.ts';
import { EXCESS_REASON, type Excess } from './excess.ts';
import { Feed } from './feed.ts';
import type { LoopGuard } from './loop-guard.ts';
import { echoOf, outbound } from './outbound.ts';
import { Settlement } from './settlement.ts';
import { TokenBucket } from './token-bucket.ts';
import { isEmpty, type Parts, type Turn, turn } from './turn.ts';
import { type Sent, Window } from './window.ts';

/** How long a stop waits for acknowledgements that are on the way, in milliseconds. */
const LANDING_MS = 1_000;

export interface DrainSettings {
  readonly node: string;
  /** Its name is its lane's too. */
  readonly bridge: BridgeOptions;
  readonly guard: LoopGuard;
  /** Who ended the links before this one. */
  readonly culprit: Culprit;
  /** What was refused before for a quota. */
  readonly excess: Excess;
  readonly breaker: Pick<Breaker, 'run' | 'most'>;
  /** Something is off the disk: so many messages confirmed, or one that was refused for good. */
  readonly onConfirmed: (messages: number) => void;
}

/**
 * Sends what a bridge owes its upstream over one link, and takes it off the disk when it is acknowledged. First how things
 * are, then what happens; what happened goes behind both, at a bounded rate and marked as history. Each is sent by class.
 */
export class Drain {
  readonly #settings: DrainSettings;
  readonly #outbox: Outbox;
  readonly #log: Logger;
  readonly #link: Link;
  readonly #signal: AbortSignal;
  readonly #window = new Window();
  readonly #aside = new Aside();
  readonly #culprit: Culprit;
  readonly #settlement: Settlement;
  readonly #bucket: TokenBucket;
  #failure: unknown;
  #waiter: (() => void) | undefined;
  #toldRefusal = false;
  #toldBreaker = false;

  constructor(settings: DrainSettings, outbox: Outbox, link: Link, log: Logger, signal: AbortSignal) {
    this.#settings = settings;
    this.#outbox = outbox;
    this.#link = link;
    this.#log = log;
    this.#signal = signal;
    this.#culprit = settings.culprit;
    this.#bucket = new TokenBucket(settings.bridge.replay.rate, settings.bridge.replay.burst, performance.now());
    this.#settlement = new Settlement({
      lane: settings.bridge.name,
      outbox,
      signal,
      onFailure: (error) => this.#fail(error),
      onSettled: (entries, how) => {
        this.#window.leave(entries);
        settings.onConfirmed(how === 'confirmed' ? entries.length : 0);
        this.#wake();
      },
    });
  }

  /** Until the link is lost, the upstream takes no more for now (UPSTREAM_QUOTA), or the signal aborts; then throws why. */
  async run(): Promise<never> {
    const { breaker } = this.#settings;
    const wake = (): void => this.#wake();
    this.#signal.addEventListener('abort', wake);
    void this.#link.ended.then((reason) => this.#fail(reason));
    let unsubscribe: (() => void) | undefined;
    try {
      const parts = await this.#divide();
      unsubscribe = this.#outbox.onAppended(this.#settings.bridge.name, (classes) => {
        MESSAGE_CLASSES.forEach((each, place) => classes.has(each) && parts.live[place]?.refill());
      });
      for (const part of parts.live) part.refill();
      for (;;) {
        if (this.#failure !== undefined) throw this.#failure;
        this.#signal.throwIfAborted();
        let next = this.#turn(parts);
        if (next !== undefined && 'entry' in next) {
          // The breaker counts what goes at once, not each message: hundreds of them share its price.
          breaker.run(() => this.#send(parts)).catch((error) => this.#fail(error));
          next = this.#turn(parts);
        }
        await this.#change(next !== undefined && 'pause_ms' in next ? next.pause_ms : undefined);
      }
    } catch (error) {
      await this.#hearOut();
      throw error;
    } finally {
      unsubscribe?.();
      this.#signal.removeEventListener('abort', wake);
      if (this.#signal.aborted) await this.#land();
      else await this.#blame();
      this.#settlement.end();
    }
  }

  /** What waits from before this link becomes history, and the newest of it how things are. */
  async #divide(): Promise<Parts> {
    const { name } = this.#settings.bridge;
    const outbox = this.#outbox;
    const history = await outbox.divide(name);
    const feed = (after: number, read: (after: number, limit: number) => Promise<readonly OutboxEntry[]>): Feed =>
      new Feed({ after, read, onChange: () => this.#wake(), onFailure: (error) => this.#fail(error) });
    return {
      states: feed(0, (after, limit) => outbox.peekStates(name, after, limit)),
      live: MESSAGE_CLASSES.map((of) => feed(history, (after, limit) => outbox.peek(name, after, limit, of))),
      history: MESSAGE_CLASSES.map((of) => feed(0, (after, limit) => outbox.peekHistory(name, after, limit, of))),
    };
  }

  #turn(parts: Parts): Turn | Waiting | undefined {
    const size = Math.min(this.#culprit.window, this.#link.limits.receive_maximum, this.#settings.breaker.most);
    const again = this.#again(parts);
    if (again !== undefined && this.#window.hasRoomFor(again.entry, size)) return again;
    const history_ms = this.#bucket.wait_ms(performance.now());
    return turn(parts, (entry) => this.#window.hasRoomFor(entry, size), history_ms);
  }

  /** What let others go first: once one of them was taken, or when there are none. */
  #again(parts: Parts): Waiting | undefined {
    if (this.#aside.isEmpty) return undefined;
    const { excess } = this.#settings;
    return this.#aside.next(({ sequence }) => !excess.doubts(sequence) || (this.#window.isEmpty && isEmpty(parts)));
  }

  /** Sends as much as may go; settles when all of it was answered. */
  async #send(parts: Parts): Promise<void> {
    const burst = new Burst();
    for (let next = this.#turn(parts); next !== undefined && 'entry' in next; next = this.#turn(parts)) {
      const { entry } = next;
      const historic = 'part' in next ? parts.history.includes(next.part) : next.historic;
      if ('part' in next) next.part.shift();
      else this.#aside.take(next);
      if ('part' in next && this.#settings.excess.doubts(entry.sequence) && !isEmpty(parts)) {
        this.#aside.put({ entry, historic });
        continue;
      }
      if (historic) this.#bucket.take(performance.now());
      this.#publish(this.#window.enter(entry), historic, burst);
    }
    // Where the breaker let it wait: what only the rate holds back has its timer from here on.
    this.#wake();
    try {
      await burst.all();
    } catch (error) {
      // The end of a link is one failure, however much was on its way.
      if (this.#toldBreaker) return;
      this.#toldBreaker = true;
      throw error;
    }
  }

  #publish(sent: Sent, historic: boolean, burst: Burst): void {
    const { node, bridge, guard } = this.#settings;
    const { protocol } = this.#link;
    const { entry } = sent;
    const out = outbound(entry, node, bridge, historic, protocol);
    if (out === undefined) {
      const why = `${entry.message.topic}: has no valid name upstream`;
      this.#answered(sent);
      void this.#refuse(entry, new BrokerError('UPSTREAM_MESSAGE_REFUSED', why));
      return;
    }
    if (guard.mayReturn(entry.message.topic, bridge.name, protocol)) {
      guard.went(bridge.name, echoOf(out, bridge), entry.sequence);
    }
    burst.expect();
    this.#link.send(out.message, out.qos, out.marks, (fault) => burst.answered(this.#settle(sent, fault)));
  }

  /** What came of a message; gives the fault back where it is not the message's own. */
  #settle(sent: Sent, fault: BrokerError | undefined): BrokerError | undefined {
    const { entry } = sent;
    if (fault === undefined) {
      this.#answered(sent);
      this.#settings.excess.taken(entry.sequence);
      this.#settlement.acknowledge(entry);
      return undefined;
    }
    const refused = this.#refusal(entry, fault);
    if (refused !== undefined) {
      this.#answered(sent);
      void this.#refuse(entry, refused);
      return undefined;
    }
    // The upstream answered, and it is still on disk: there is nothing to wait for.
    if (!this.#link.isOver) {
      this.#window.answered(sent);
      this.#window.leave([entry]);
    }
    this.#fail(fault);
    return fault;
  }

  /** Why the upstream will never take it; undefined: it may. */
  #refusal({ sequence, message }: OutboxEntry, fault: BrokerError): BrokerError | undefined {
    if (fault.code === 'UPSTREAM_MESSAGE_REFUSED') return fault;
    if (fault.code !== 'UPSTREAM_QUOTA' || !this.#settings.excess.refused(sequence)) return undefined;
    return new BrokerError('UPSTREAM_MESSAGE_REFUSED', `${message.topic}: ${EXCESS_REASON}`, { cause: fault });
  }

  #answered(sent: Sent): void {
    this.#window.answered(sent);
    this.#culprit.answered(sent.entry.sequence);
  }

  async #refuse(entry: OutboxEntry, error: BrokerError): Promise<void> {
    if (!this.#toldRefusal) this.#log.warn({ err: error, code: error.code }, 'the upstream refused a message for good');
    this.#toldRefusal = true;
    await this.#settlement.refuse(entry, error.message);
  }

  /** Whether it was a message that the upstream closed the link for. */
  async #blame(): Promise<void> {
    if (!mayBlameMessage(this.#failure)) return;
    const { unanswered } = this.#window;
    const [first] = unanswered;
    if (!this.#culprit.closed(unanswered.map(({ sequence }) => sequence)) || first === undefined) return;
    await this.#refuse(first, new BrokerError('UPSTREAM_MESSAGE_REFUSED', `${first.message.topic}: ${CULPRIT_REASON}`));
  }

  /**
   * While the link lasts, waits for the answers to what is on the way, so that nothing of it is sent twice. The link ends
   * itself when an answer is overdue.
   */
  async #hearOut(): Promise<void> {
    if (!(this.#failure instanceof BrokerError) || this.#failure.code !== 'UPSTREAM_QUOTA') return;
    while (!this.#window.isEmpty && !this.#link.isOver && !this.#signal.aborted) await this.#change();
  }

  /** Waits a little for what is on the way: what is not acknowledged before a stop comes twice after it. */
  async #land(): Promise<void> {
    const deadline_ms = performance.now() + LANDING_MS;
    for (;;) {
      const left_ms = deadline_ms - performance.now();
      if (this.#window.isEmpty || this.#failure !== undefined || left_ms <= 0) return;
      await this.#change(left_ms);
    }
  }

  #fail(reason: unknown): void {
    this.#failure ??= reason;
    this.#wake();
  }

  #wake(): void {
    this.#waiter?.();
  }

  /** Settles when something may have changed, or after that time. */
  #change(at_most_ms?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = at_most_ms === undefined ? undefined : setTimeout(() => this.#wake(), at_most_ms);
      this.#waiter = () => {
        clearTimeout(timer);
        this.#waiter = undefined;
        resolve();
      };
    });
  }
}
