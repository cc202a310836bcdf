import type { UnsubscribePacket } from '../codec/packet.ts';
import { encodeUnsuback } from '../codec/unsubscribe.ts';
import type { Admission } from '../admission.ts';
import type { Connection } from '../connection.ts';
import { REASON } from '../reason.ts';
import { checkFilter } from './check-filter.ts';

/** UNSUBSCRIBE [MQTT 5.0, 3.10]; what is on its way already still arrives [MQTT-3.10.4-3]. */
export function handleUnsubscribe(connection: Connection, { session }: Admission, packet: UnsubscribePacket): void {
  packet.filters.forEach(checkFilter);
  const { subscriptions } = connection.engine.sessions;
  const removed = packet.filters.map((filter) => subscriptions.remove(session, filter));
  const reasons: number[] = removed.map(({ known }) => (known ? REASON.success : REASON.no_subscription_existed));
  const answer = (): void => connection.send(encodeUnsuback(connection.version, packet.packetId, reasons));
  const kept = new Set(removed.flatMap((one) => one.kept ?? []));
  if (kept.size === 0) return answer();
  void subscriptions.whenKept(session, kept, answer).then((answers) => {
    if (answers) return;
    reasons.fill(REASON.implementation_specific);
    answer();
  });
}
