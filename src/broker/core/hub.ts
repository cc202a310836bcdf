import { FilterTrie } from '#topics';
import { Publication } from './publication.ts';
import { mergeRecipients, type Recipients } from './recipients.ts';
import type { Recipient, Subscription } from './subscriber.ts';

/** Topics whose recipients are remembered; a broker's live topics are fewer. */
const REMEMBERED_TOPICS = 4_096;

interface Emission {
  readonly publication: Publication;
  readonly done: () => void;
}

/** What Aedes hands over: its packet, with a Publication inside when it is one of ours. */
interface Carried {
  readonly properties?: unknown;
}

/**
 * The emitter that Aedes takes as `mq`: who subscribed to what, and the delivery of one publication after the other. A publish
 * out of a handler waits its turn, so that all subscribers see one order and nothing recurses; nobody's slowness is waited for.
 */
export class Hub {
  readonly #subscriptions = new FilterTrie<Subscription>();
  readonly #recipients = new Map<string, Recipients>();
  readonly #waiting: Emission[] = [];
  #current: Publication | undefined;

  /** How many publishes deep within handlers we are; 0 outside of any. */
  get depth(): number {
    return this.#current === undefined ? 0 : this.#current.depth + 1;
  }

  get subscriptions(): number {
    return this.#subscriptions.size;
  }

  add(filter: string, subscription: Subscription): void {
    this.#subscriptions.add(filter, subscription);
    this.#recipients.clear();
  }

  remove(filter: string, subscription: Subscription): void {
    this.#subscriptions.remove(filter, subscription);
    this.#recipients.clear();
  }

  /** Whether anybody at all gets what is published to a topic. */
  reaches(topic: string): boolean {
    return this.#recipientsOf(topic).all.length > 0;
  }

  /** Somebody's right to read changed. */
  forgetRecipients(): void {
    this.#recipients.clear();
  }

  /** Aedes publishes by this; `done` is called once the message was handed to all. */
  emit(carried: Carried, done: () => void): void {
    const publication = carried.properties;
    // What is not ours is Aedes telling the brokers of a cluster about itself; there is no cluster.
    if (!(publication instanceof Publication)) return done();
    if (this.#current === undefined) this.#deliverAll(publication, done);
    else this.#waiting.push({ publication, done });
  }

  /** Aedes listens to other brokers of a cluster by this. */
  on(_filter: string, _listener: unknown, done?: () => void): void {
    done?.();
  }

  removeListener(_filter: string, _listener: unknown, done?: () => void): void {
    done?.();
  }

  close(done: () => void): void {
    done();
  }

  /** One, and what is published out of its handling after it. */
  #deliverAll(first: Publication, done: () => void): void {
    try {
      this.#hand(first, done);
      for (let i = 0; i < this.#waiting.length; i++) {
        const emission = this.#waiting[i];
        if (emission !== undefined) this.#hand(emission.publication, emission.done);
      }
    } finally {
      // Emptying an array gives its memory back, and most publishes lead to no other.
      if (this.#waiting.length > 0) this.#waiting.length = 0;
      this.#current = undefined;
    }
  }

  #hand(publication: Publication, done: () => void): void {
    this.#current = publication;
    this.#deliver(publication);
    done();
  }

  #deliver(publication: Publication): void {
    const { all, own } = this.#recipientsOf(publication.message.topic);
    const { kind, id } = publication.origin;
    const mine = own !== undefined && (kind === 'client' || kind === 'will') && own.has(id);
    for (const recipient of all) {
      if (mine && recipient.subscriber.clientId === id) this.#deliverOwn(publication, own.get(id));
      else recipient.subscriber.deliver(publication, recipient);
    }
  }

  #deliverOwn(publication: Publication, recipient: Recipient | undefined): void {
    recipient?.subscriber.deliver(publication, recipient);
  }

  #recipientsOf(topic: string): Recipients {
    const known = this.#recipients.get(topic);
    if (known !== undefined) return known;
    const recipients = mergeRecipients(topic, this.#subscriptions.match(topic));
    if (this.#recipients.size >= REMEMBERED_TOPICS) this.#recipients.clear();
    this.#recipients.set(topic, recipients);
    return recipients;
  }
}
