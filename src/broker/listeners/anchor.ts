import { X509Certificate } from 'node:crypto';

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Somebody who signs certificates: its name and its key, which stay when its own certificate is renewed. */
export function anchorOf(certificate: X509Certificate): string {
  return `${certificate.subject} ${certificate.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
}

/** Those that a PEM file has. Throws for what is no certificate. */
export function fileAnchors(pem: Buffer): ReadonlySet<string> {
  const blocks = pem.toString('latin1').match(PEM) ?? [];
  return new Set(blocks.map((block) => anchorOf(new X509Certificate(block))));
}
