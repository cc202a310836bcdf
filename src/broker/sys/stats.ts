import type { DropReason } from '../core/counters.ts';
import type { Engine } from '../wire/engine.ts';

export interface BrokerStats {
  /** Connected now. */
  readonly clients: number;
  /** Connected or waiting for their client. */
  readonly sessions: number;
  readonly subscriptions: number;
  readonly retained: number;
  /** From here on since the start. */
  readonly connections: number;
  readonly messages_in: number;
  readonly messages_out: number;
  readonly bytes_in: number;
  readonly bytes_out: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
}

export function statsOf({ connections, sessions, retained, router, counters }: Engine): BrokerStats {
  const { dropped, ...counted } = counters;
  let clients = 0;
  for (const { admission } of connections) if (admission !== undefined) clients++;
  return {
    ...counted,
    dropped: { ...dropped },
    clients,
    sessions: sessions.count,
    subscriptions: router.hub.subscriptions,
    retained: retained.count,
  };
}
