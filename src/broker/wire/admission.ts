import type { Identity } from '../access/access.ts';
import type { Origin } from '../ports.ts';
import type { Session } from '../session/session.ts';

/** What a CONNECT settled, from then on. */
export interface Admission {
  readonly clientId: string;
  readonly identity: Identity;
  readonly session: Session;
  readonly origin: Origin;
  /** Wall clock, milliseconds since 1970. */
  readonly since: number;
}
