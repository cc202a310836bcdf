import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { AgentError } from '../../errors.ts';

/** What may stand in a certificate's names: a host, or an address. */
const HOST = /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

/** Throws CLI_USAGE. */
export function checkHost(host: string): string {
  if (isIP(host) !== 0 || HOST.test(host)) return host;
  throw new AgentError('CLI_USAGE', `${JSON.stringify(host)} is no name of a host and no address`);
}

/** What this machine is called in its network, multicast DNS included, and its addresses. */
export function ownHosts(): string[] {
  const name = hostname().split('.')[0] ?? '';
  const names = HOST.test(name) ? [name, `${name}.local`] : [];
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    // Those with a scope work on one link alone and cannot stand in a certificate.
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
    .map(({ address }) => address);
  return [...new Set([...names, 'localhost', ...addresses, '127.0.0.1', '::1'])];
}

/** The names of a certificate that there is. */
export function hostsOf(pem: string): string[] {
  const names = new X509Certificate(pem).subjectAltName?.split(', ') ?? [];
  return names
    .map((name) => name.replace(/^(DNS|IP Address):/, ''))
    .filter((name) => isIP(name) !== 0 || HOST.test(name));
}
