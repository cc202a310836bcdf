import type { Publication } from '../core/publication.ts';
import type { Recipient, Subscriber, Subscription } from '../core/subscriber.ts';
import type { BrokerOptions } from '../options.ts';
import type { Session } from './session.ts';
import { chooseMember } from './share-choice.ts';

/** The sessions that share a subscription; each message goes to one of them [MQTT-4.8.2-4]. */
export class ShareGroup implements Subscriber {
  readonly clientId = undefined;
  readonly #share: string;
  readonly #how: () => BrokerOptions['shared_subscriptions'];
  readonly #members = new Map<Session, Recipient>();
  #turn = 0;

  /** `share` is the whole filter, `$share/<name>/` included; `how` a member is chosen is asked for each message. */
  constructor(share: string, how: () => BrokerOptions['shared_subscriptions']) {
    this.#share = share;
    this.#how = how;
  }

  get size(): number {
    return this.#members.size;
  }

  add(session: Session, { qos, retainAsPublished, identifier }: Subscription): void {
    const identifiers = identifier === undefined ? undefined : [identifier];
    const how = { qos, retainAsPublished, share: this.#share, ...(identifiers && { identifiers }) };
    this.#members.set(session, { subscriber: session, ...how });
  }

  remove(session: Session): void {
    this.#members.delete(session);
  }

  mayRead(topic: string): boolean {
    for (const session of this.#members.keys()) if (session.mayRead(topic)) return true;
    return false;
  }

  /** Only members that may read it count. */
  deliver(publication: Publication): void {
    const able = [];
    for (const [session, recipient] of this.#members) {
      if (!session.mayRead(publication.message.topic)) continue;
      able.push({ ready: session.link?.ready === true, under_way: session.under_way, recipient });
    }
    const { recipient } = chooseMember(this.#how(), able, this.#turn++) ?? {};
    recipient?.subscriber.deliver(publication, recipient);
  }
}
