import type { SessionArchive } from './archive.ts';
import type { Session } from './session.ts';
import type { Outgoing } from './state.ts';
import type { Subscriptions } from './subscriptions.ts';

/**
 * What a session that ended had by shared subscriptions goes to their other members, but for what was begun at QoS 2
 * [MQTT-4.8.2-4, -5]; the rest ends with it.
 */
export function redistribute(
  session: Session,
  subscriptions: Subscriptions,
  archive: SessionArchive | undefined,
): void {
  for (const { share, publication } of sharedInMemory(session)) subscriptions.share(share, publication);
  const { row, queue } = session.state;
  if (archive === undefined || row === 0) return;
  if (!queue.onDisk || subscriptions.groups === 0) return archive.end(row);
  archive.orphan(row);
  void redistributeRows(session, subscriptions, archive).catch(() => {
    // The store has said why it takes no writes; the next start goes on with it.
  });
}

/** What is only in memory and came by a shared subscription; begun at QoS 2 it is nobody else's [MQTT-4.8.2-5]. */
function* sharedInMemory({ state: { inflight, queue } }: Session): Iterable<Outgoing> {
  for (const [, { outgoing }] of inflight) {
    if (outgoing.share !== undefined && outgoing.qos === 1) yield outgoing;
  }
  for (const outgoing of queue.inMemory()) if (outgoing.share !== undefined) yield outgoing;
}

/** A page at a time, each in one commit with its going to others. */
async function redistributeRows(
  { state: { row, queue } }: Session,
  subscriptions: Subscriptions,
  archive: SessionArchive,
): Promise<void> {
  for (let after = 0; ; ) {
    const page = await archive.shared(row, after, queue.sent);
    const last = page.at(-1);
    if (last === undefined) return archive.end(row);
    after = last.sequence;
    archive.together(() => {
      for (const { share, publication, sequence } of page) {
        subscriptions.share(share, publication);
        archive.done(sequence);
      }
    });
  }
}
