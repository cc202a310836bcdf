import type { Publication } from '../core/publication.ts';
import type { Recipient, Subscriber, Subscription } from '../core/subscriber.ts';
import type { Session } from './session.ts';

/** The sessions that share a subscription; each message goes to one of them [MQTT-4.8.2-4], in turn. */
export class ShareGroup implements Subscriber {
  readonly clientId = undefined;
  readonly #share: string;
  readonly #members = new Map<Session, Recipient>();
  #turn = 0;

  /** `share` is the whole filter, `$share/<name>/` included. */
  constructor(share: string) {
    this.#share = share;
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

  /** A connected member that takes it, else any. */
  deliver(publication: Publication): void {
    const able: Recipient[] = [];
    const ready: Recipient[] = [];
    for (const [session, recipient] of this.#members) {
      if (!session.mayRead(publication.message.topic)) continue;
      able.push(recipient);
      if (session.link?.ready === true) ready.push(recipient);
    }
    const among = ready.length > 0 ? ready : able;
    const chosen = among[this.#turn++ % among.length];
    chosen?.subscriber.deliver(publication, chosen);
  }
}
