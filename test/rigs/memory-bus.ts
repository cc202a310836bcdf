import type { Bus, MessageHandler, Origin, SubscribeOptions } from '#broker';
import { matches, type Message } from '#topics';

interface Subscription {
  readonly filter: string;
  readonly handler: MessageHandler;
  readonly options: SubscribeOptions;
}

/** A bus in memory, with the order and the retained messages of a real one. Keeps a record of what was published. */
export class MemoryBus implements Bus {
  readonly published: Message[] = [];
  readonly retained = new Map<string, Message>();
  readonly #subscriptions = new Set<Subscription>();

  async publish(message: Message): Promise<void> {
    this.deliver(message, { kind: 'agent', id: 'agent' });
  }

  /** A publish by a client. */
  send(topic: string, payload: string | Buffer, retain = false): void {
    this.deliver({ topic, payload: Buffer.from(payload), qos: 0, retain }, { kind: 'client', id: 'tester' });
  }

  deliver(message: Message, origin: Origin): void {
    this.published.push(message);
    if (message.retain && message.payload.length > 0) this.retained.set(message.topic, message);
    if (message.retain && message.payload.length === 0) this.retained.delete(message.topic);
    for (const { filter, handler, options } of this.#subscriptions) {
      if (!matches(filter, message.topic)) continue;
      handler({ ...message, retain: message.retain && options.retain_as_published === true }, origin);
    }
  }

  subscribe(filter: string, handler: MessageHandler, options: SubscribeOptions = {}): () => void {
    const subscription = { filter, handler, options };
    this.#subscriptions.add(subscription);
    if (!options.live) {
      for (const message of this.retained.values()) {
        if (matches(filter, message.topic)) handler(message, { kind: 'broker', id: 'broker' });
      }
    }
    return () => this.#subscriptions.delete(subscription);
  }

  /** Payloads on a topic, in order. */
  on(topic: string): string[] {
    return this.published.filter((message) => message.topic === topic).map(({ payload }) => payload.toString());
  }

  /** The retained payload of a topic. */
  last(topic: string): string | undefined {
    return this.retained.get(topic)?.payload.toString();
  }
}
