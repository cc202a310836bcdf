import type { BrokerOptions } from '../options.ts';
import { REASON, type Reason } from './reason.ts';

/** What MQTT 5 clients hear of a right that they have not: all of it, or that it was refused and no more [MQTT 5.0, 3.4.2.1, 3.9.3]. */
export function denial(
  { denied_reason }: Pick<BrokerOptions, 'denied_reason'>,
  why?: string,
): { readonly reason: Reason; readonly why?: string } {
  return denied_reason === 'tell'
    ? { reason: REASON.not_authorized, ...(why !== undefined && { why }) }
    : { reason: REASON.unspecified };
}
