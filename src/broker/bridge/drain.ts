import { setTimeout as sleep } from 'node:timers/promises';
import { carriedQos } from '#topics';
import type { Logger } from 'pino';
import { BrokerError } from '../errors.ts';
import type { OutRule } from '../options.ts';
import type { Outbox, OutboxEntry } from '../outbox/outbox.ts';
import type { Link } from '../upstream/link.ts';
import { marks } from './marks.ts';

/**
 * Publishes that may be on the way or acknowledged but still on disk: as many can come twice after a crash. Never above
 * the upstream's Receive Maximum [MQTT-3.3.4-7].
 */
const WINDOW = 200;
/** The same in bytes, after the first. */
const WINDOW_BYTES = 4 * 1024 * 1024;
/** Read at a time, so that the next ones are there when the window moves. */
const READ_AHEAD = 2 * WINDOW;
/** How long a stop waits for acknowledgements that are on the way, in milliseconds. */
const LANDING_MS = 1_000;
/** A pause before the disk is asked again to take a confirmation, in milliseconds. */
const DISK_PAUSE_MS = 1_000;

export interface DrainSettings {
  readonly node: string;
  /** The bridge's name, and its lane's. */
  readonly name: string;
  readonly rules: readonly OutRule[];
  readonly onConfirmed: (messages: number) => void;
}

/** Runs an asynchronous piece of work under the bridge's breaker. */
export type Guard = (work: () => Promise<void>) => Promise<void>;

/** Sends what a bridge owes its upstream over one link, in order, and takes it off the disk when it is acknowledged. */
export class Drain {
  readonly #settings: DrainSettings;
  readonly #outbox: Outbox;
  readonly #log: Logger;
  readonly #link: Link;
  readonly #signal: AbortSignal;
  readonly #window: number;
  /** What was published before this link was up is history. */
  readonly #history: number;
  #inFlight = 0;
  #inFlightBytes = 0;
  #lastSent = 0;
  /** Since the last look at the outbox. */
  #appended = false;
  #acknowledged: OutboxEntry[] = [];
  #confirming = false;
  #failure: unknown;
  #waiters: (() => void)[] = [];
  #toldRefusal = false;

  constructor(settings: DrainSettings, outbox: Outbox, link: Link, log: Logger, signal: AbortSignal) {
    this.#settings = settings;
    this.#outbox = outbox;
    this.#link = link;
    this.#log = log;
    this.#signal = signal;
    this.#window = Math.min(WINDOW, link.limits.receive_maximum);
    this.#history = outbox.lastSequence;
  }

  /** Until the link is lost or the signal aborts; then throws why. */
  async run(guard: Guard): Promise<never> {
    const { name } = this.#settings;
    const unsubscribe = this.#outbox.onAppended(name, () => {
      this.#appended = true;
      this.#wake();
    });
    const wake = (): void => this.#wake();
    this.#signal.addEventListener('abort', wake);
    void this.#link.ended.then((reason) => this.#fail(reason));
    try {
      for (let after = 0; ; ) {
        this.#appended = false;
        const entries = await this.#outbox.peek(name, after, READ_AHEAD);
        const last = entries.at(-1);
        if (last === undefined) {
          await this.#until(() => this.#appended);
          continue;
        }
        after = last.sequence;
        // The breaker counts what was read at a time, not each message: hundreds of them share its price.
        const answered = guard(() => this.#send(entries));
        answered.catch((error: unknown) => this.#fail(error));
        const sent = last.sequence;
        await this.#until(() => this.#lastSent >= sent);
      }
    } finally {
      unsubscribe();
      this.#signal.removeEventListener('abort', wake);
      if (this.#signal.aborted) await this.#land();
    }
  }

  /** Waits a little for what is on the way: what is not acknowledged before a stop comes twice after it. */
  async #land(): Promise<void> {
    const deadline = AbortSignal.timeout(LANDING_MS);
    const wake = (): void => this.#wake();
    deadline.addEventListener('abort', wake);
    while (this.#inFlight > 0 && this.#failure === undefined && !deadline.aborted) await this.#change();
    deadline.removeEventListener('abort', wake);
  }

  /** Something may have changed for those who wait. */
  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter();
  }

  #fail(reason: unknown): void {
    this.#failure ??= reason;
    this.#wake();
  }

  /** Settles when `ready` holds; throws why when the drain is over before that. */
  async #until(ready: () => boolean): Promise<void> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      this.#signal.throwIfAborted();
      if (ready()) return;
      await this.#change();
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** Sends as the window allows, in order; settles when all of them were answered. */
  async #send(entries: readonly OutboxEntry[]): Promise<void> {
    const answers: Promise<void>[] = [];
    for (const entry of entries) {
      await this.#until(() => this.#hasRoom(entry));
      this.#inFlight += 1;
      this.#inFlightBytes += entry.bytes;
      const answer = this.#publish(entry);
      // It is looked at below, once all are sent; a link that ends before that has been noted.
      answer.catch(() => {});
      answers.push(answer);
      this.#lastSent = entry.sequence;
    }
    this.#wake();
    await Promise.all(answers);
  }

  #hasRoom(entry: OutboxEntry): boolean {
    if (this.#inFlight === 0) return true;
    return this.#inFlight < this.#window && this.#inFlightBytes + entry.bytes <= WINDOW_BYTES;
  }

  async #publish(entry: OutboxEntry): Promise<void> {
    const { node, rules } = this.#settings;
    // A message that no rule carries any more is still owed.
    const qos = carriedQos(rules, entry.message.topic) ?? 1;
    try {
      await this.#link.publish(entry.message, qos, marks(node, entry, entry.sequence <= this.#history));
    } catch (error) {
      if (!(error instanceof BrokerError) || error.code !== 'UPSTREAM_MESSAGE_REFUSED') {
        this.#fail(error);
        throw error;
      }
      await this.#refuse(entry, error);
      return;
    }
    this.#acknowledged.push(entry);
    if (!this.#confirming) void this.#confirm();
  }

  /** Takes acknowledged messages off the disk; their places in the window are free when that is on disk. */
  async #confirm(): Promise<void> {
    this.#confirming = true;
    // What one read of the socket brought shares a commit.
    await new Promise(setImmediate);
    for (let entries = this.#takeAcknowledged(); entries.length > 0; entries = this.#takeAcknowledged()) {
      const sequences = entries.map(({ sequence }) => sequence);
      if (!(await this.#onDisk(() => this.#outbox.confirm(this.#settings.name, sequences)))) break;
      this.#settings.onConfirmed(entries.length);
      this.#leave(entries);
    }
    this.#confirming = false;
  }

  async #refuse(entry: OutboxEntry, error: BrokerError): Promise<void> {
    if (!this.#toldRefusal) this.#log.warn({ err: error, code: error.code }, 'the upstream refused a message for good');
    this.#toldRefusal = true;
    if (await this.#onDisk(() => this.#outbox.refuse(this.#settings.name, entry.sequence, error.message))) {
      this.#leave([entry]);
    }
  }

  /** Tries until the disk takes it; false: the drain is over before that. */
  async #onDisk(work: () => Promise<void>): Promise<boolean> {
    for (;;) {
      try {
        await work();
        return true;
      } catch (error) {
        if (!(error instanceof BrokerError) || !error.retryable) {
          this.#fail(error);
          return false;
        }
      }
      if (this.#failure !== undefined || this.#signal.aborted) return false;
      // The store has said why; the lane rests, for it must not run ahead of the disk.
      await sleep(DISK_PAUSE_MS, undefined, { signal: this.#signal }).catch(() => {});
    }
  }

  #takeAcknowledged(): OutboxEntry[] {
    const entries = this.#acknowledged;
    this.#acknowledged = [];
    return entries;
  }

  #leave(entries: readonly OutboxEntry[]): void {
    this.#inFlight -= entries.length;
    for (const { bytes } of entries) this.#inFlightBytes -= bytes;
    this.#wake();
  }
}
