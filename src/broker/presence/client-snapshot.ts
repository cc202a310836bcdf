import type { ClientPresence } from '#topics';
import type { Connection } from '../wire/connection.ts';
import { describeConnection } from './entry.ts';

/** A client that is connected now. */
export interface ClientSnapshot extends Partial<ClientPresence> {
  readonly id: string;
  /** Address and port. */
  readonly address: string;
  readonly subscriptions: number;
  /** Messages that wait for it or for its acknowledgement. */
  readonly queued: number;
}

/** Undefined before its CONNECT was accepted. */
export function snapshotOf(connection: Connection): ClientSnapshot | undefined {
  const { admission, address } = connection;
  if (admission === undefined) return undefined;
  const { clientId, since, session } = admission;
  return {
    id: clientId,
    since: new Date(since).toISOString(),
    ...describeConnection(connection, Date.now(), performance.now()),
    address,
    subscriptions: session.state.subscriptions.size,
    queued: session.under_way,
  };
}
