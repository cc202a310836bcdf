import { encodeDisconnect } from './codec/disconnect.ts';
import type { Engine } from './engine.ts';
import { REASON } from './reason.ts';
import type { Terms } from './terms.ts';

/**
 * The DISCONNECT of an MQTT 5 client whose session goes to a newer connection, or whose broker stops. Another server may be named
 * with 0x9C alone, not with 0x8B [MQTT 5.0, 3.14.2.2.5, 4.11].
 */
export function lastWord(
  { stopping, options: { server_reference } }: Pick<Engine, 'stopping' | 'options'>,
  { maximumPacketSize }: Terms,
): Buffer {
  if (!stopping) return encodeDisconnect(REASON.session_taken_over);
  const redirection = server_reference && encodeDisconnect(REASON.use_another_server, undefined, server_reference);
  if (redirection && redirection.length <= maximumPacketSize) return redirection;
  return encodeDisconnect(REASON.server_shutting_down);
}
