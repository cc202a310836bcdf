import { X509Certificate } from 'node:crypto';

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Somebody who signs certificates: its name and its key, which stay when its own certificate is renewed. */
export function anchorOf(certificate: X509Certificate): string {
  return `${certificate.subject} ${certificate.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
}

/** The certificates of a PEM file. Throws for what is none. */
export function certificatesIn(pem: Buffer): readonly X509Certificate[] {
  const blocks = pem.toString('latin1').match(PEM) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}
