import { type Element, elementsOf, TAG } from './der.ts';

const PEM = /-----BEGIN X509 CRL-----([^-]+)-----END X509 CRL-----/g;

/** A certificate as a list calls it: who signed it and its serial number [RFC 5280, 5.1.2.6]. */
const nameOf = (issuer: Element, serial: Element): string =>
  `${issuer.whole.toString('base64')} ${serial.content.toString('hex')}`;

/** The fields of what is signed: the first of three parts of a certificate or a list [RFC 5280, 4.1, 5.1]. */
function signedFields(der: Buffer): Element[] {
  const [outer] = elementsOf(der);
  const [signed] = outer === undefined ? [] : elementsOf(outer.content);
  return signed === undefined ? [] : elementsOf(signed.content);
}

/** How lists call a certificate, given in DER. Throws RangeError for what is none. */
export function revocableName(certificate: Buffer): string {
  const fields = signedFields(certificate);
  const [serial, , issuer] = fields[0]?.tag === TAG.version ? fields.slice(1) : fields;
  if (serial?.tag !== TAG.integer || issuer === undefined) throw new RangeError('it is no certificate');
  return nameOf(issuer, serial);
}

/** Those that the lists of a PEM file name; whether the lists are genuine is the handshake's to check. Throws for what is none. */
export function revokedNames(pem: Buffer): ReadonlySet<string> {
  const lists = Array.from(pem.toString('latin1').matchAll(PEM), ([, text = '']) => Buffer.from(text, 'base64'));
  if (lists.length === 0) throw new RangeError('there is no revocation list in it (-----BEGIN X509 CRL-----)');
  return new Set(lists.flatMap(namesOf));
}

function namesOf(list: Buffer): string[] {
  const fields = signedFields(list);
  const [, issuer, ...rest] = fields[0]?.tag === TAG.integer ? fields.slice(1) : fields;
  if (issuer === undefined) throw new RangeError('it is no revocation list');
  // Times have tags of their own, so the first sequence is the list, which is missing when it is empty.
  const revoked = rest.find(({ tag }) => tag === TAG.sequence);
  return elementsOf(revoked?.content ?? Buffer.alloc(0)).flatMap(({ content }) => {
    const [serial] = elementsOf(content);
    return serial === undefined ? [] : [nameOf(issuer, serial)];
  });
}
