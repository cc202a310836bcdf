import type { Way } from '../listeners/transport.ts';
import type { Connection } from '../wire/connection.ts';
import type { Engine } from '../wire/engine.ts';
import { REASON } from '../wire/reason.ts';
import type { Access } from './access.ts';

type Reconsidered = Pick<Engine, 'connections' | 'sessions' | 'access'>;

/** After a reload: everybody gets the rights of now, and who has no business here any more goes. `admits`: it could come in that way now. */
export function reconsider({ connections, sessions, access }: Reconsidered, admits: (way: Way) => boolean): void {
  for (const connection of connections) {
    if (admits(connection.way)) reconsiderConnection(access, connection);
    else connection.end(REASON.administrative_action, 'nobody comes in that way any more');
  }
  for (const session of sessions) {
    if (session.link !== undefined) continue;
    const acl = access.aclOf({ user: session.user }, session.clientId);
    if (acl === undefined) sessions.end(session);
    else session.acl = acl;
  }
}

/** Rights by token are those of the connection, whatever else its user may do. */
function reconsiderConnection(access: Access, connection: Connection): void {
  const { admission } = connection;
  if (admission === undefined) return;
  const { identity, clientId, session } = admission;
  const acl = access.holds(identity) ? access.aclOf(identity, clientId) : undefined;
  if (acl === undefined) connection.end(REASON.not_authorized, 'the user or its password is gone');
  else session.acl = acl;
}
