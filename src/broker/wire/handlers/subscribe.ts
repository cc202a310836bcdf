import { parseSubscription } from '#topics';
import { RetainedFeed } from '../../session/retained-feed.ts';
import { LIMITS } from '../../limits.ts';
import type { LimitOptions } from '../../options.ts';
import type { SubscribePacket, SubscriptionRequest } from '../codec/packet.ts';
import { encodeSuback } from '../codec/subscribe.ts';
import type { Admission } from '../admission.ts';
import type { Connection } from '../connection.ts';
import { denial } from '../denial.ts';
import { ProtocolFault } from '../fault.ts';
import { FAILURE, REASON } from '../reason.ts';
import { topicSizeFault } from '../topic-size.ts';
import { checkFilter } from './check-filter.ts';

const NO_RIGHT = 'no right to subscribe to it';

/** In words, for MQTT 5. */
const REFUSAL: ReadonlyMap<number, string> = new Map([
  [REASON.not_authorized, NO_RIGHT],
  [REASON.quota_exceeded, 'too many subscriptions'],
]);
const NOT_KEPT = 'the disk takes no writes';

/**
 * SUBSCRIBE [MQTT 5.0, 3.8]: answered first, then the retained messages, then what is published from here on. On a disk that takes
 * no writes the answer waits, where the session has to survive, and the messages do not [MQTT 5.0, 3.8.4].
 */
export function handleSubscribe(connection: Connection, admission: Admission, packet: SubscribePacket): void {
  for (const request of packet.subscriptions) check(request, connection.engine.options.limits);
  const identifier = packet.properties?.subscriptionIdentifier;
  const reasons: number[] = [];
  const wanted: SubscriptionRequest[] = [];
  // Those of one packet share a commit, so this is a set of one.
  const kept = new Set<Promise<void>>();
  for (const request of packet.subscriptions) {
    const reason = refusal(connection, admission, request) ?? request.qos;
    reasons.push(reason);
    if (reason >= FAILURE) continue;
    const added = connection.engine.sessions.subscriptions.add(admission.session, request, identifier);
    if (wantsRetained(request, added.isNew)) wanted.push(request);
    if (added.kept !== undefined) kept.add(added.kept);
  }
  const refused = reasons.find((reason) => reason >= FAILURE);
  const acknowledge = (why = refused === undefined ? undefined : REFUSAL.get(refused)): void =>
    connection.sendWorded((words) => encodeSuback(connection.version, packet.packetId, reasons, words), why);
  let fed = false;
  const feed = (): void => {
    if (fed) return;
    fed = true;
    for (const request of wanted) feedRetained(connection, admission, request, identifier);
  };
  const answer = (): void => {
    acknowledge();
    feed();
  };
  if (kept.size === 0) return answer();
  const { session } = admission;
  void connection.engine.sessions.subscriptions.whenKept(session, kept, answer, feed).then((answers) => {
    if (answers) return;
    for (const [at, { filter }] of packet.subscriptions.entries()) {
      if ((reasons[at] ?? FAILURE) >= FAILURE) continue;
      connection.engine.sessions.subscriptions.remove(session, filter);
      reasons[at] = REASON.quota_exceeded;
    }
    acknowledge(NOT_KEPT);
  });
}

function check({ filter, noLocal }: SubscriptionRequest, limits: LimitOptions): void {
  checkFilter(filter);
  const fault = topicSizeFault(filter, limits);
  if (fault !== undefined) throw new ProtocolFault(REASON.topic_filter_invalid, `a SUBSCRIBE: ${fault}`);
  if (noLocal && parseSubscription(filter).share !== undefined) {
    throw new ProtocolFault(REASON.protocol_error, 'no-local in a shared subscription'); // [MQTT-3.8.3-4]
  }
}

function refusal(connection: Connection, { session }: Admission, { filter }: SubscriptionRequest): number | undefined {
  const { refusals, log, options } = connection.engine;
  if (!session.acl.maySubscribe(filter)) {
    if (refusals.begins(`subscribe ${connection.id} ${filter}`)) {
      log.warn({ client: connection.id, filter }, 'a client may not subscribe to this filter');
    }
    return denial(options).reason;
  }
  const { subscriptions, filter_characters } = session.state;
  const { holdings } = connection.engine.sessions;
  if (subscriptions.has(filter)) return undefined;
  const tooMany = subscriptions.size >= connection.engine.options.limits.subscriptions;
  const tooLong = filter_characters + filter.length > LIMITS.filter_characters;
  return tooMany || tooLong || !holdings.hasRoom(session.state, filter.length) ? REASON.quota_exceeded : undefined;
}

/** [MQTT-3.3.1-9, -10, -11]; a shared subscription gets none (MQTT 5.0, 4.8.2). */
function wantsRetained({ filter, retainHandling }: SubscriptionRequest, isNew: boolean): boolean {
  return (retainHandling === 0 || (retainHandling === 1 && isNew)) && parseSubscription(filter).share === undefined;
}

function feedRetained(
  connection: Connection,
  { session }: Admission,
  { filter, qos }: SubscriptionRequest,
  identifier: number | undefined,
): void {
  // Gone again before it was answered.
  if (connection.closed || !session.state.subscriptions.has(filter)) return;
  session.feed(filter, new RetainedFeed(connection.engine.retained.read(filter), qos, identifier));
}
