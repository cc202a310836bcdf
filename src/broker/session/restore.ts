import { asQos } from '../store/columns.ts';
import type { SessionArchive } from './archive.ts';
import { toWill } from './rows.ts';
import { Session, type SessionParts } from './session.ts';
import type { LoadedSessions, SessionRow } from './stored.ts';

/** A session as a start found it. */
export interface Restored {
  readonly session: Session;
  /** Run clock when its connection was lost; undefined: the node ended first. */
  readonly lost_run_ms: number | undefined;
  /** It had ended already, but for what it shared. */
  readonly orphan: boolean;
}

/** The sessions on disk, with all but their queues, which stay there until their clients come. */
export async function restoreSessions(archive: SessionArchive, parts: SessionParts): Promise<readonly Restored[]> {
  const loaded = await archive.load();
  const sessions = new Map<number, Session>();
  const restored = loaded.sessions.map((row) => {
    const session = new Session(row.client_id, parts);
    session.user = row.user ?? undefined;
    session.state.row = row.id;
    session.state.expiry_s = row.expiry_s;
    sessions.set(row.id, session);
    return { session, lost_run_ms: row.lost_run_ms ?? undefined, orphan: row.client_id.startsWith('\0') };
  });
  for (const row of loaded.wills) {
    const session = sessions.get(row.session);
    if (session !== undefined) session.state.will = toWill(row);
  }
  for (const row of loaded.subscriptions) {
    const session = sessions.get(row.session);
    session?.state.subscriptions.set(row.filter, {
      subscriber: session,
      qos: asQos(row.qos),
      noLocal: row.no_local === 1,
      retainAsPublished: row.retain_as_published === 1,
      ...(row.identifier !== null && { identifier: row.identifier }),
    });
  }
  for (const { session, packet_id } of loaded.incoming) sessions.get(session)?.state.incoming.add(packet_id);
  const rows = new Map(loaded.sessions.map((row) => [row.id, row]));
  for (const backlog of loaded.backlogs) {
    const session = sessions.get(backlog.session);
    if (session !== undefined) restoreBacklog(session, backlog, rows.get(backlog.session));
  }
  return restored;
}

function restoreBacklog(
  { state }: Session,
  { rows, bytes, newest, oldest, last_packet_id }: LoadedSessions['backlogs'][number],
  row: SessionRow | undefined,
): void {
  const again = row?.sent ?? newest;
  const inFlight = oldest.filter(({ sequence }) => sequence <= again);
  state.lastPacketId = last_packet_id;
  for (const { packet_id } of inFlight) state.reserved.add(packet_id);
  state.queue.restore(state.row, { messages: rows, bytes, in_flight: inFlight.at(-1)?.sequence ?? 0, again });
}
