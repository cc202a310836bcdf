import { messageBytes } from '../core/message-bytes.ts';
import { LIMITS } from '../limits.ts';
import type { SessionState, Will } from './state.ts';

/** What each session may hold, however much the others do: nobody with small needs is kept out. */
const SHARE_BYTES = LIMITS.session_bytes / LIMITS.sessions;

type Holder = Pick<SessionState, 'held_bytes'>;

export const willBytes = (will: Will | undefined): number => (will === undefined ? 0 : messageBytes(will.message));

/** Bytes of what clients say of themselves and sessions keep in memory: client ids, wills and filters. */
export class Holdings {
  #total = 0;

  /** Whether a session may hold so many more; undefined: it is a new one. */
  hasRoom(holder: Holder | undefined, more: number): boolean {
    return (holder?.held_bytes ?? 0) + more <= SHARE_BYTES || this.#total + more <= LIMITS.session_bytes;
  }

  change(holder: Holder, more: number): void {
    holder.held_bytes += more;
    this.#total += more;
  }
}
