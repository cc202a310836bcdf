import { setImmediate as turnOfOthers } from 'node:timers/promises';
import type { Logger } from 'pino';
import { BrokerError } from '../errors.ts';
import type { BridgeOptions } from '../options.ts';
import type { Outbox, OutboxEntry } from '../outbox/outbox.ts';
import { mayBlameMessage } from '../upstream/faults.ts';
import type { Link } from '../upstream/link.ts';
import { Bell } from './bell.ts';
import type { Breaker } from './breaker.ts';
import { Burst } from './burst.ts';
import { CULPRIT_REASON, type Culprit } from './culprit.ts';
import { EXCESS_REASON, type Excess } from './excess.ts';
import type { LoopGuard } from './loop-guard.ts';
import { echoOf, outbound } from './outbound.ts';
import { Queue } from './queue.ts';
import { Settlement } from './settlement.ts';
import { type Sent, Window } from './window.ts';

/** Messages that are sent in one turn of the event loop: whoever is at home waits for a millisecond of them, and no more. */
const BURST = 64;
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
 * Sends what a bridge owes its upstream over one link, and takes it off the disk when it is acknowledged. What happened before
 * the link is marked as history.
 */
export class Drain {
  readonly #settings: DrainSettings;
  readonly #log: Logger;
  readonly #link: Link;
  readonly #signal: AbortSignal;
  readonly #window = new Window();
  readonly #bell = new Bell();
  readonly #queue: Queue;
  readonly #culprit: Culprit;
  readonly #settlement: Settlement;
  #failure: unknown;
  #toldRefusal = false;
  #toldBreaker = false;

  constructor(settings: DrainSettings, outbox: Outbox, link: Link, log: Logger, signal: AbortSignal) {
    this.#settings = settings;
    this.#link = link;
    this.#log = log;
    this.#signal = signal;
    this.#culprit = settings.culprit;
    const { bridge, excess } = settings;
    const onFailure = (error: unknown): void => this.#fail(error);
    this.#queue = new Queue({ bridge, outbox, excess, onChange: () => this.#bell.ring(), onFailure });
    this.#settlement = new Settlement({
      lane: bridge.name,
      outbox,
      signal,
      onFailure,
      onSettled: (entries, how) => {
        this.#window.leave(entries);
        settings.onConfirmed(how === 'confirmed' ? entries.length : 0);
        this.#bell.ring();
      },
    });
  }

  /** Until the link is lost, the upstream takes no more for now (UPSTREAM_QUOTA), or the signal aborts; then throws why. */
  async run(): Promise<never> {
    const { breaker } = this.#settings;
    const wake = (): void => this.#bell.ring();
    this.#signal.addEventListener('abort', wake);
    void this.#link.ended.then((reason) => this.#fail(reason));
    try {
      await this.#queue.start();
      for (;;) {
        if (this.#failure !== undefined) throw this.#failure;
        this.#signal.throwIfAborted();
        const next = this.#next();
        if (next !== undefined && 'entry' in next) {
          // The breaker counts what goes at once, not each message: they share its price.
          breaker.run(() => this.#send()).catch((error) => this.#fail(error));
          await turnOfOthers();
        } else await this.#bell.heard(next?.pause_ms);
      }
    } catch (error) {
      await this.#hearOut();
      throw error;
    } finally {
      this.#queue.stop();
      this.#signal.removeEventListener('abort', wake);
      if (this.#signal.aborted) await this.#land();
      else await this.#blame();
      this.#settlement.end();
    }
  }

  #next(): ReturnType<Queue['next']> {
    const size = Math.min(this.#culprit.window, this.#link.limits.receive_maximum, this.#settings.breaker.most);
    return this.#queue.next((entry) => this.#window.hasRoomFor(entry, size), this.#window.isEmpty);
  }

  /** Sends what may go, a burst at most; settles when all of it was answered. */
  async #send(): Promise<void> {
    const burst = new Burst();
    for (let left = BURST; left > 0; left--) {
      const next = this.#next();
      if (next === undefined || !('entry' in next)) break;
      const taken = this.#queue.take(next);
      if (taken !== undefined) this.#publish(this.#window.enter(taken.entry), taken.historic, burst);
    }
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
    while (!this.#window.isEmpty && !this.#link.isOver && !this.#signal.aborted) await this.#bell.heard();
  }

  /** Waits a little for what is on the way: what is not acknowledged before a stop comes twice after it. */
  async #land(): Promise<void> {
    const deadline_ms = performance.now() + LANDING_MS;
    for (;;) {
      const left_ms = deadline_ms - performance.now();
      if (this.#window.isEmpty || this.#failure !== undefined || left_ms <= 0) return;
      await this.#bell.heard(left_ms);
    }
  }

  #fail(reason: unknown): void {
    this.#failure ??= reason;
    this.#bell.ring();
  }
}
