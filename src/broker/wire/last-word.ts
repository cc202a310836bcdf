import { encodeDisconnect } from './codec/disconnect.ts';
import type { Engine } from './engine.ts';
import { REASON } from './reason.ts';
import type { Terms } from './terms.ts';

/**
 * The DISCONNECT of an MQTT 5 client whose session goes to a newer connection, or whose broker stops. Another server may be named
 * with 0x9C alone, not with 0x8B [MQTT 5.0, 3.14.2.2.5, 4.11].
 */
export function lastWord(
  { stopping, serverReference }: Pick<Engine, 'stopping' | 'serverReference'>,
  { maximumPacketSize }: Terms,
): Buffer {
  if (!stopping) return encodeDisconnect(REASON.session_taken_over);
  const redirection = serverReference && encodeDisconnect(REASON.use_another_server, undefined, serverReference);
  if (redirection && redirection.length <= maximumPacketSize) return redirection;
  return encodeDisconnect(REASON.server_shutting_down);
}
