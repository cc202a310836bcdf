import { Socket } from 'node:net';
import type { Message, Qos, UserProperty } from '#topics';
import type { MqttClient } from 'mqtt';
import { BrokerError } from '../errors.ts';
import { Deferred } from '../store/deferred.ts';
import { clientFault, goodbye, linkFault } from './faults.ts';
import { type LinkLimits, subscriptionFault } from './limits.ts';
import { type Answered, type Connection, Publisher } from './publisher.ts';

/** What is not answered after so long closes the link, in milliseconds: it must not wedge the lane. */
const ANSWER_TIMEOUT_MS = 30_000;
/** Disconnect with Will Message (MQTT 5.0, 3.14.2.1): whoever leaves on purpose is as unreachable as who crashed. */
const DISCONNECT_WITH_WILL = 0x04;
/** How long a close waits for the DISCONNECT to go out, in milliseconds. */
const CLOSE_TIMEOUT_MS = 1_000;
/**
 * Messages come down with QoS 1 at most. With QoS 2 whatever was received and not yet released when the process dies would
 * be lost: the upstream holds the identifier alone by then.
 */
const MOST_INBOUND_QOS = 1;
const ENDED = 'the link to the upstream ended';

export interface LinkFacts {
  /** The address that let us in. */
  readonly url: string;
  readonly protocol: 4 | 5;
  readonly limits: LinkLimits;
}

export interface Subscription {
  readonly filter: string;
  readonly qos: Qos;
  /** False: what the upstream has retained is not sent (MQTT 5.0, 3.8.3.1). */
  readonly retained: boolean;
}

/** A subscription that waits for its answer. */
interface Asked {
  readonly since_ms: number;
  readonly reject: (error: BrokerError) => void;
}

/** One connection to an upstream, from its CONNACK on. It does not come back: whoever lost it opens another. */
export class Link {
  readonly url: string;
  readonly protocol: 4 | 5;
  readonly limits: LinkLimits;
  readonly #client: MqttClient;
  readonly #publisher: Publisher;
  readonly #asked = new Set<Asked>();
  readonly #ended = new Deferred<BrokerError>();
  readonly #watch: NodeJS.Timeout;
  #end: BrokerError | undefined;
  #failure: Error | undefined;

  constructor(connection: Connection, { url, protocol, limits }: LinkFacts) {
    const { client } = connection;
    this.#client = client;
    this.url = url;
    this.protocol = protocol;
    this.limits = limits;
    this.#publisher = new Publisher(connection, protocol, limits);
    if (client.stream instanceof Socket) client.stream.setNoDelay(true);
    client.on('error', (error) => this.abandon(clientFault(ENDED, error)));
    client.on('disconnect', ({ reasonCode }) => (this.#failure ??= goodbye(reasonCode ?? 0)));
    client.on('close', () => this.#over());
    this.#watch = setInterval(() => this.#findOverdue(), 1_000).unref();
  }

  /** Settles, with the reason, when the link is over. */
  get ended(): Promise<BrokerError> {
    return this.#ended.promise;
  }

  get isOver(): boolean {
    return this.#end !== undefined;
  }

  /**
   * Settles with the PUBACK (QoS 1) or PUBCOMP (QoS 2), and for QoS 0 once it was written. Rejects with
   * UPSTREAM_MESSAGE_REFUSED when the upstream will never take it, with UPSTREAM_QUOTA or UPSTREAM_REFUSED when it will not
   * now, and as `ended` does.
   */
  publish(message: Message, qos: Qos, marks: readonly UserProperty[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.send(message, qos, marks, (fault) => (fault === undefined ? resolve() : reject(fault)));
    });
  }

  /** As `publish`, without a promise: tells once, and may do so before it returns. */
  send(message: Message, qos: Qos, marks: readonly UserProperty[], answered: Answered): void {
    if (this.#end !== undefined) answered(this.#end);
    else this.#publisher.publish(message, qos, marks, answered);
  }

  /**
   * Subscribes to each filter. Rejects with UPSTREAM_SUBSCRIPTION_REFUSED, naming those that the upstream refused (the others
   * hold), once all were answered, and as `ended` does.
   */
  async subscribe(subscriptions: readonly Subscription[]): Promise<void> {
    const answers = await Promise.all(subscriptions.map((one) => this.#subscribe(one)));
    const refusals = answers.filter((answer) => answer !== undefined);
    if (refusals.length === 0) return;
    throw new BrokerError('UPSTREAM_SUBSCRIPTION_REFUSED', `no subscription to ${refusals.join(', nor to ')}`);
  }

  /** The filter and why it was refused; undefined: it was not. */
  #subscribe({ filter, qos, retained }: Subscription): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#end !== undefined) return reject(this.#end);
      const fault = subscriptionFault(this.limits, filter);
      if (fault !== undefined) return resolve(`${filter} (${fault})`);
      const asked: Asked = { since_ms: performance.now(), reject };
      this.#asked.add(asked);
      // No-local, so that our own messages do not come back; retain as published, so that a retained command is known.
      const options = { qos: atMost(qos, MOST_INBOUND_QOS), nl: true, rap: true, rh: retained ? 0 : 2 };
      this.#client.subscribe(filter, options, (error, _granted, suback) => {
        // Without a SUBACK it is the end of the link.
        if (error && suback === undefined) return;
        if (this.#asked.delete(asked)) resolve(error ? `${filter} (${error.message})` : undefined);
      });
    });
  }

  /** Closes, so that the upstream publishes the will; what was not acknowledged rejects. */
  async close(reason = new BrokerError('UPSTREAM_CLOSED', 'the bridge closed the link')): Promise<void> {
    if (this.#end !== undefined) return;
    this.#failure ??= reason;
    const timer = setTimeout(() => this.abandon(reason), CLOSE_TIMEOUT_MS);
    // With anything in flight mqtt.js would wait for the answers, for ever if need be; and the DISCONNECT of 3.1.1 has no
    // way to keep the will.
    if (this.#asked.size > 0 || this.#publisher.inFlight > 0 || this.protocol === 4) this.#client.end(true);
    else this.#client.end(false, { reasonCode: DISCONNECT_WITH_WILL });
    await this.#ended.promise;
    clearTimeout(timer);
  }

  /** Ends it here and now: the upstream does not answer, or what it sent cannot be taken. */
  abandon(reason: Error): void {
    this.#failure ??= reason;
    this.#client.stream.destroy();
    this.#over();
  }

  #findOverdue(): void {
    const [asked] = this.#asked;
    const { oldest_ms: published_ms = Number.POSITIVE_INFINITY } = this.#publisher;
    const since_ms = Math.min(published_ms, asked?.since_ms ?? Number.POSITIVE_INFINITY);
    if (performance.now() - since_ms < ANSWER_TIMEOUT_MS) return;
    const what = `a publish or a subscription was not answered in ${ANSWER_TIMEOUT_MS / 1000} s`;
    this.abandon(new BrokerError('UPSTREAM_SILENT', what));
  }

  #over(): void {
    if (this.#end !== undefined) return;
    const failure = this.#failure;
    this.#end = failure instanceof BrokerError ? failure : linkFault(ENDED, failure);
    clearInterval(this.#watch);
    for (const { reject } of this.#asked) reject(this.#end);
    this.#asked.clear();
    this.#publisher.end(this.#end);
    this.#ended.resolve(this.#end);
  }
}

const atMost = (qos: Qos, limit: Qos): Qos => (qos > limit ? limit : qos);
