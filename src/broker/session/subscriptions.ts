import { parseSubscription } from '#topics';
import type { Hub } from '../core/hub.ts';
import type { Publication } from '../core/publication.ts';
import type { Subscription } from '../core/subscriber.ts';
import type { BrokerOptions } from '../options.ts';
import type { SubscriptionRequest } from '../wire/codec/packet.ts';
import type { SessionArchive } from './archive.ts';
import type { Holdings } from './holdings.ts';
import { OwedAnswers } from './owed-answers.ts';
import type { Session } from './session.ts';
import { ShareGroup } from './share-group.ts';

interface Shared {
  readonly group: ShareGroup;
  readonly subscription: Subscription;
}

export interface SubscriptionsParts {
  readonly hub: Hub;
  /** Undefined: nothing survives the process. */
  readonly archive: SessionArchive | undefined;
  readonly holdings: Holdings;
  readonly shareBy: () => BrokerOptions['shared_subscriptions'];
}

/** Enters what sessions subscribe to in the hub, and takes it out; on disk where it has to survive. */
export class Subscriptions {
  readonly #hub: Hub;
  readonly #archive: SessionArchive | undefined;
  readonly #holdings: Holdings;
  readonly #shareBy: () => BrokerOptions['shared_subscriptions'];
  /** By the whole filter, `$share/<name>/` included. */
  readonly #groups = new Map<string, Shared>();
  readonly #owed = new OwedAnswers<Session>();

  constructor({ hub, archive, holdings, shareBy }: SubscriptionsParts) {
    this.#hub = hub;
    this.#archive = archive;
    this.#holdings = holdings;
    this.#shareBy = shareBy;
  }

  /** How many share groups there are. */
  get groups(): number {
    return this.#groups.size;
  }

  /** `isNew`: it replaces none [MQTT-3.8.4-3]. SUBACK waits for `kept`, as `whenKept` does. */
  add(
    session: Session,
    request: SubscriptionRequest,
    identifier: number | undefined,
  ): { readonly isNew: boolean; readonly kept: Promise<void> | undefined } {
    const { filter, qos, noLocal, retainAsPublished } = request;
    const subscription: Subscription = {
      subscriber: session,
      qos,
      noLocal,
      retainAsPublished,
      ...(identifier !== undefined && { identifier }),
    };
    const isNew = !this.#withdraw(session, filter);
    session.state.subscriptions.set(filter, subscription);
    this.#enter(session, filter, subscription);
    const kept = session.durable ? this.#archive?.subscribe(session.state.row, filter, subscription) : undefined;
    return { isNew, kept };
  }

  /** `known`: there was one. UNSUBACK waits for `kept`, or after a crash the client would get what it wants no more. */
  remove(session: Session, filter: string): { readonly known: boolean; readonly kept: Promise<void> | undefined } {
    const known = this.#withdraw(session, filter);
    session.endFeed(filter);
    const kept = known && session.durable ? this.#archive?.unsubscribe(session.state.row, filter) : undefined;
    return { known, kept };
  }

  /** Those that a session has from before. */
  enter(session: Session): void {
    for (const [filter, subscription] of session.state.subscriptions) this.#enter(session, filter, subscription);
  }

  /**
   * Answers when all of `kept` is on disk. Where the disk does not take it, `late` is called, for what needs no disk, and the
   * answer is given when `save` has written it. False: the disk does not take it, and too many wait for that.
   */
  async whenKept(
    session: Session,
    kept: ReadonlySet<Promise<void>>,
    answer: () => void,
    late: () => void = () => {},
  ): Promise<boolean> {
    try {
      await Promise.all(kept);
    } catch {
      if (!this.#owed.add(session, answer)) return false;
      late();
      return true;
    }
    answer();
    return true;
  }

  /** Writes all of a session's in place of what is there, for those that the disk did not take before. */
  save(session: Session): void {
    if (!session.durable) return;
    const owed = this.#owed.take(session);
    this.#archive?.resubscribe(session.state.row, session.state.subscriptions).then(
      () => owed.forEach((answer) => answer()),
      () => owed.forEach((answer) => this.#owed.add(session, answer)),
    );
  }

  /** Takes all out; that they end on disk is their session's matter. */
  removeAll(session: Session): void {
    this.#owed.take(session);
    for (const filter of session.state.subscriptions.keys()) this.#withdraw(session, filter);
  }

  /** Hands a message to a member of a share group, if there is one. */
  share(filter: string | undefined, publication: Publication): void {
    if (filter !== undefined) this.#groups.get(filter)?.group.deliver(publication);
  }

  #enter(session: Session, filter: string, subscription: Subscription): void {
    session.state.filter_characters += filter.length;
    this.#holdings.change(session.state, filter.length);
    if (parseSubscription(filter).share === undefined) this.#hub.add(filter, subscription);
    else this.#join(session, filter, subscription);
  }

  #withdraw(session: Session, filter: string): boolean {
    const subscription = session.state.subscriptions.get(filter);
    if (subscription === undefined) return false;
    session.state.subscriptions.delete(filter);
    session.state.filter_characters -= filter.length;
    this.#holdings.change(session.state, -filter.length);
    if (parseSubscription(filter).share === undefined) this.#hub.remove(filter, subscription);
    else this.#leave(session, filter);
    return true;
  }

  #join(session: Session, filter: string, subscription: Subscription): void {
    let shared = this.#groups.get(filter);
    if (shared === undefined) {
      const group = new ShareGroup(filter, this.#shareBy);
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
