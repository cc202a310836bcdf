import type { Logger } from 'pino';
import type { Access } from '../access/access.ts';
import type { Counters } from '../core/counters.ts';
import type { Episode } from '../core/episode.ts';
import type { Router } from '../core/router.ts';
import type { BrokerOptions } from '../options.ts';
import type { RetainedStore } from '../ports.ts';
import type { Presence } from '../presence/presence.ts';
import type { Sessions } from '../session/sessions.ts';
import type { Connection } from './connection.ts';
import type { Strangers } from './strangers.ts';

/** What a connection works with, the same for all. */
export interface Engine {
  readonly router: Router;
  readonly sessions: Sessions;
  readonly access: Access;
  readonly retained: RetainedStore;
  readonly counters: Counters;
  /** Every open connection, before its CONNECT too. */
  readonly connections: Set<Connection>;
  readonly strangers: Strangers;
  /** Tells who comes and leaves. */
  readonly presence: Presence;
  /** What is refused to a client, told once for an episode. */
  readonly refusals: Episode;
  readonly log: Logger;
  /** Those of the last reload. */
  options: BrokerOptions;
  stopping: boolean;
}
