import { parseSubscription } from '#topics';
import { RetainedFeed } from '../../session/retained-feed.ts';
import { LIMITS } from '../../limits.ts';
import type { LimitOptions } from '../../options.ts';
import type { SubscribePacket, SubscriptionRequest } from '../codec/packet.ts';
import { encodeSuback } from '../codec/subscribe.ts';
import type { Admission } from '../admission.ts';
import type { Connection } from '../connection.ts';
import { ProtocolFault } from '../fault.ts';
import { FAILURE, REASON } from '../reason.ts';
import { topicSizeFault } from '../topic-size.ts';
import { checkFilter } from './check-filter.ts';

/** In words, for MQTT 5. */
const REFUSAL: ReadonlyMap<number, string> = new Map([
  [REASON.not_authorized, 'no right to subscribe to it'],
  [REASON.quota_exceeded, 'too many subscriptions'],
]);

/** SUBSCRIBE [MQTT 5.0, 3.8]: answered first, then the retained messages, then what is published from here on. */
export function handleSubscribe(connection: Connection, admission: Admission, packet: SubscribePacket): void {
  for (const request of packet.subscriptions) check(request, connection.engine.limits);
  const identifier = packet.properties?.subscriptionIdentifier;
  const reasons: number[] = [];
  const wanted: SubscriptionRequest[] = [];
  // Those of one packet share a commit.
  let kept: Promise<void> | undefined;
  for (const request of packet.subscriptions) {
    const reason = refusal(connection, admission, request) ?? request.qos;
    reasons.push(reason);
    if (reason >= FAILURE) continue;
    const added = connection.engine.sessions.subscriptions.add(admission.session, request, identifier);
    if (wantsRetained(request, added.isNew)) wanted.push(request);
    kept = added.kept ?? kept;
  }
  const refused = reasons.find((reason) => reason >= FAILURE);
  const answer = (): void => {
    connection.sendWorded(
      (why) => encodeSuback(connection.version, packet.packetId, reasons, why),
      refused === undefined ? undefined : REFUSAL.get(refused),
    );
    for (const request of wanted) feedRetained(connection, admission, request, identifier);
  };
  if (kept === undefined) answer();
  else kept.then(answer, answer);
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
  const { refusals, log } = connection.engine;
  if (!session.acl.maySubscribe(filter)) {
    if (refusals.begins(`subscribe ${connection.id} ${filter}`)) {
      log.warn({ client: connection.id, filter }, 'a client may not subscribe to this filter');
    }
    return REASON.not_authorized;
  }
  const { subscriptions, filter_characters } = session.state;
  if (subscriptions.has(filter)) return undefined;
  const tooMany = subscriptions.size >= connection.engine.limits.subscriptions;
  const tooLong = filter_characters + filter.length > LIMITS.filter_characters;
  return tooMany || tooLong ? REASON.quota_exceeded : undefined;
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
