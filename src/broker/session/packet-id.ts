import type { SessionState } from './state.ts';

/**
 * The next packet identifier that no message of the session has [MQTT-2.2.1-4]. Those that wait have the ones up to the newest
 * given; far fewer may wait than there are identifiers, so only what is in flight can be met on the way round.
 */
export function nextPacketId(state: SessionState): number {
  do state.lastPacketId = (state.lastPacketId % 65_535) + 1;
  while (state.inflight.has(state.lastPacketId) || state.reserved.has(state.lastPacketId));
  return state.lastPacketId;
}
