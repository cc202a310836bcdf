import type { Publication } from '../core/publication.ts';
import type { Recipient, Subscriber, Subscription } from '../core/subscriber.ts';
import type { Session } from './session.ts';

/** The sessions that share a subscription; each message goes to one of them [MQTT-4.8.2-4], in turn. */
export class ShareGroup implements Subscriber {
  readonly clientId = undefined;
  readonly #members = new Map<Session, Recipient>();
  #turn = 0;

  get size(): number {
    return this.#members.size;
  }

  add(session: Session, { qos, retainAsPublished, identifier }: Subscription): void {
    const identifiers = identifier === undefined ? undefined : [identifier];
    this.#members.set(session, { subscriber: session, qos, retainAsPublished, ...(identifiers && { identifiers }) });
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
    const { topic } = publication.message;
    const able = [...this.#members.values()].filter(({ subscriber }) => subscriber.mayRead(topic));
    const ready = able.filter(({ subscriber }) => this.#isReady(subscriber));
    const among = ready.length > 0 ? ready : able;
    const chosen = among[this.#turn++ % among.length];
    chosen?.subscriber.deliver(publication, chosen);
  }

  #isReady(subscriber: Subscriber): boolean {
    for (const session of this.#members.keys()) if (session === subscriber) return session.link?.ready ?? false;
    return false;
  }
}
