import { X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate } from 'node:tls';
import { anchorOf } from './anchor.ts';
import { revocableName } from './revocations.ts';

/** Why a client was let in by TLS, for as long as that holds: its certificate and those above it. */
export interface ClientChain {
  /** Who signed. */
  readonly anchors: readonly string[];
  /** What revocation lists call them. */
  readonly names: readonly string[];
  /** When the first of them ends: wall clock, milliseconds since 1970. */
  readonly expires_ms: number;
}

/** The last of a chain is its own issuer. Undefined: a session was resumed without a certificate. */
export function chainOf(peer: DetailedPeerCertificate): ClientChain | undefined {
  const chain: Buffer[] = [];
  for (let at: DetailedPeerCertificate | undefined = peer; at?.raw !== undefined; at = at.issuerCertificate) {
    chain.push(at.raw);
    if (at.issuerCertificate === at) break;
  }
  if (chain.length === 0) return undefined;
  const certificates = chain.map((raw) => new X509Certificate(raw));
  return {
    anchors: certificates.map(anchorOf),
    names: chain.map(revocableName),
    expires_ms: Math.min(...certificates.map(({ validTo }) => Date.parse(validTo))),
  };
}
