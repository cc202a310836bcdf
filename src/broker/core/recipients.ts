import type { Recipient, Subscriber, Subscription } from './subscriber.ts';

export interface Recipients {
  readonly all: readonly Recipient[];
  /**
   * What remains for a client of its own messages, by client id, where no-local takes something away [MQTT-3.8.3-3];
   * undefined in it: nothing.
   */
  readonly own: ReadonlyMap<string, Recipient | undefined> | undefined;
}

/** One delivery for each subscriber, however many of its subscriptions match. Those that may not read are left out. */
export function mergeRecipients(topic: string, subscriptions: readonly Subscription[]): Recipients {
  const bySubscriber = new Map<Subscriber, Subscription[]>();
  for (const subscription of subscriptions) {
    const known = bySubscriber.get(subscription.subscriber);
    if (known !== undefined) known.push(subscription);
    else if (subscription.subscriber.mayRead(topic)) bySubscriber.set(subscription.subscriber, [subscription]);
  }
  const all: Recipient[] = [];
  let own: Map<string, Recipient | undefined> | undefined;
  for (const [subscriber, its] of bySubscriber) {
    all.push(merge(subscriber, its));
    if (subscriber.clientId === undefined || !its.some((subscription) => subscription.noLocal)) continue;
    const rest = its.filter((subscription) => !subscription.noLocal);
    own ??= new Map();
    own.set(subscriber.clientId, rest.length === 0 ? undefined : merge(subscriber, rest));
  }
  return { all, own };
}

function merge(subscriber: Subscriber, subscriptions: readonly Subscription[]): Recipient {
  let qos: 0 | 1 | 2 = 0;
  const identifiers: number[] = [];
  for (const subscription of subscriptions) {
    if (subscription.qos > qos) qos = subscription.qos;
    if (subscription.identifier !== undefined) identifiers.push(subscription.identifier);
  }
  return {
    subscriber,
    qos,
    retainAsPublished: subscriptions.some((subscription) => subscription.retainAsPublished),
    ...(identifiers.length > 0 && { identifiers }),
  };
}
