import { parseSubscription } from '#topics';
import type { Hub } from '../core/hub.ts';
import type { Subscription } from '../core/subscriber.ts';
import type { SubscriptionRequest } from '../wire/codec/packet.ts';
import type { Session } from './session.ts';
import { ShareGroup } from './share-group.ts';

interface Shared {
  readonly group: ShareGroup;
  readonly subscription: Subscription;
}

/** Enters what sessions subscribe to in the hub, and takes it out. */
export class Subscriptions {
  readonly #hub: Hub;
  /** By the whole filter, `$share/<name>/` included. */
  readonly #groups = new Map<string, Shared>();

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  /** How many share groups there are. */
  get groups(): number {
    return this.#groups.size;
  }

  /** True when it is new; an older one of the same filter is replaced, with no gap [MQTT-3.8.4-3]. */
  add(session: Session, request: SubscriptionRequest, identifier: number | undefined): boolean {
    const { filter, qos, noLocal, retainAsPublished } = request;
    const subscription: Subscription = {
      subscriber: session,
      qos,
      noLocal,
      retainAsPublished,
      ...(identifier !== undefined && { identifier }),
    };
    const isNew = !this.remove(session, filter);
    session.state.subscriptions.set(filter, subscription);
    if (parseSubscription(filter).share === undefined) this.#hub.add(filter, subscription);
    else this.#join(session, filter, subscription);
    return isNew;
  }

  /** False when there was none. */
  remove(session: Session, filter: string): boolean {
    const subscription = session.state.subscriptions.get(filter);
    if (subscription === undefined) return false;
    session.state.subscriptions.delete(filter);
    if (parseSubscription(filter).share === undefined) this.#hub.remove(filter, subscription);
    else this.#leave(session, filter);
    return true;
  }

  removeAll(session: Session): void {
    for (const filter of session.state.subscriptions.keys()) this.remove(session, filter);
  }

  #join(session: Session, filter: string, subscription: Subscription): void {
    let shared = this.#groups.get(filter);
    if (shared === undefined) {
      const group = new ShareGroup();
      shared = { group, subscription: { subscriber: group, qos: 2, noLocal: false, retainAsPublished: true } };
      this.#groups.set(filter, shared);
      this.#hub.add(parseSubscription(filter).filter, shared.subscription);
    }
    shared.group.add(session, subscription);
    this.#hub.forgetRecipients();
  }

  #leave(session: Session, filter: string): void {
    const shared = this.#groups.get(filter);
    if (shared === undefined) return;
    shared.group.remove(session);
    this.#hub.forgetRecipients();
    if (shared.group.size > 0) return;
    this.#groups.delete(filter);
    this.#hub.remove(parseSubscription(filter).filter, shared.subscription);
  }
}
