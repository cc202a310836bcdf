import { filterFault } from '#topics';
import { ProtocolFault } from '../fault.ts';
import { REASON } from '../reason.ts';

/**
 * Throws ProtocolFault for what is no topic filter. Wildcards where none can stand are malformed; a shared subscription
 * without a name or a filter is a Protocol Error (MQTT 5.0, 4.8.2).
 */
export function checkFilter(filter: string): void {
  const fault = filterFault(filter);
  if (fault === undefined) return;
  const noShare = filter.startsWith('$share/') && !filter.slice(0, -1).includes('#');
  throw new ProtocolFault(noShare ? REASON.protocol_error : REASON.malformed_packet, `a topic filter: ${fault}`);
}
