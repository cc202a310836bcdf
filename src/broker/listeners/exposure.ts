import { BrokerError } from '../errors.ts';
import type { BrokerOptions } from '../options.ts';

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

/** With nothing said of who may come in, anybody may do everything, so only this machine may come in, or who has a certificate of the CA. */
export function refuseAnonymousExposure({ listeners, users, tokens, anonymous }: BrokerOptions): void {
  if (users.length > 0 || tokens !== undefined || anonymous !== undefined) return;
  for (const { host, port, tls } of listeners) {
    if (LOOPBACK.test(host) || tls?.ca !== undefined) continue;
    throw new BrokerError('BROKER_ANONYMOUS_EXPOSED', `port ${port} on ${host} would let anybody on the network in`);
  }
}
