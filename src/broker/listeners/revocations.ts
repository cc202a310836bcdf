import { verify, type X509Certificate } from 'node:crypto';
import { type Element, elementsOf, TAG } from './der.ts';

const PEM = /-----BEGIN X509 CRL-----([^-]+)-----END X509 CRL-----/g;

/** What authorities sign with, by the content of its object identifier; null: the key says it [RFC 5758, RFC 8017, RFC 8410]. */
const DIGESTS: ReadonlyMap<string, string | null> = new Map([
  ['2a864886f70d01010b', 'sha256'],
  ['2a864886f70d01010c', 'sha384'],
  ['2a864886f70d01010d', 'sha512'],
  ['2a8648ce3d040302', 'sha256'],
  ['2a8648ce3d040303', 'sha384'],
  ['2a8648ce3d040304', 'sha512'],
  ['2b6570', null],
]);

/** What was signed, how, and the signature: a certificate and a list have these three [RFC 5280, 4.1, 5.1]. */
function partsOf(der: Buffer): readonly [signed: Element, algorithm: Element, signature: Element] {
  const [outer] = elementsOf(der);
  const [signed, algorithm, signature] = outer === undefined ? [] : elementsOf(outer.content);
  if (signed === undefined || algorithm === undefined || signature === undefined) {
    throw new RangeError('it is no certificate and no revocation list');
  }
  return [signed, algorithm, signature];
}

/** Of a certificate [RFC 5280, 4.1]. */
function fieldsOf(certificate: Buffer): { serial: Element; issuer: Element; subject: Element } {
  const [{ content }] = partsOf(certificate);
  const fields = elementsOf(content);
  const [serial, , issuer, , subject] = fields[0]?.tag === TAG.version ? fields.slice(1) : fields;
  if (serial === undefined || issuer === undefined || subject === undefined)
    throw new RangeError('it is no certificate');
  return { serial, issuer, subject };
}

/** A certificate as a list calls it: who signed it and its serial number [RFC 5280, 5.1.2.6]. */
const nameOf = (issuer: Element, serial: Element): string =>
  `${issuer.whole.toString('base64')} ${serial.content.toString('hex')}`;

/** How lists call a certificate, given in DER. Throws RangeError for what is none. */
export function revocableName(certificate: Buffer): string {
  const { issuer, serial } = fieldsOf(certificate);
  return nameOf(issuer, serial);
}

/**
 * Those that the lists of a PEM file name. Throws for what is none, and for a list that none of the authorities signed. One that is
 * past its time counts on: what it took back stays so, and to let nobody in would be worse.
 */
export function revokedNames(pem: Buffer, authorities: readonly X509Certificate[]): ReadonlySet<string> {
  const lists = Array.from(pem.toString('latin1').matchAll(PEM), ([, text = '']) => Buffer.from(text, 'base64'));
  if (lists.length === 0) throw new RangeError('there is no revocation list in it (-----BEGIN X509 CRL-----)');
  return new Set(lists.flatMap((list) => namesOf(list, authorities)));
}

function namesOf(list: Buffer, authorities: readonly X509Certificate[]): string[] {
  const [signed, algorithm, signature] = partsOf(list);
  const fields = elementsOf(signed.content);
  const [, issuer, ...rest] = fields[0]?.tag === TAG.integer ? fields.slice(1) : fields;
  if (issuer === undefined) throw new RangeError('it is no revocation list');
  const digest = DIGESTS.get(elementsOf(algorithm.content)[0]?.content.toString('hex') ?? '');
  if (digest === undefined) throw new RangeError('a revocation list is signed by an algorithm that is not known here');
  const genuine = authorities
    .filter(({ raw }) => fieldsOf(raw).subject.whole.equals(issuer.whole))
    // The first byte of a bit string counts the bits at its end that are none.
    .some(({ publicKey }) => verify(digest, signed.whole, publicKey, signature.content.subarray(1)));
  if (!genuine) throw new RangeError('a revocation list is not signed by an authority of the "ca"');
  // Times have tags of their own, so the first sequence is the list, which is missing when it is empty.
  const revoked = rest.find(({ tag }) => tag === TAG.sequence);
  return elementsOf(revoked?.content ?? Buffer.alloc(0)).flatMap(({ content }) => {
    const [serial] = elementsOf(content);
    return serial === undefined ? [] : [nameOf(issuer, serial)];
  });
}
