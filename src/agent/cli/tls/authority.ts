import { isIP } from 'node:net';
import { type KeyPair, makeCertificate } from './openssl.ts';

/** As long as a house keeps its phones' trust in it. */
const AUTHORITY_DAYS = 3_650;
/** iOS and macOS refuse a server's certificate that is valid for more than 825 days, of a private authority too. */
const SERVER_DAYS = 820;
const CLIENT_DAYS = 3_650;

/** An authority for one house. It may sign certificates and no further authorities. */
export const makeAuthority = (name: string): Promise<KeyPair> =>
  makeCertificate({
    common_name: name,
    days: AUTHORITY_DAYS,
    extensions: [
      'basicConstraints = critical, CA:TRUE, pathlen:0',
      'keyUsage = critical, keyCertSign, cRLSign',
      'subjectKeyIdentifier = hash',
    ],
  });

/** For a broker under all these names and addresses; phones look at nothing but the subject alternative names. */
export const makeServerCertificate = (authority: KeyPair, hosts: readonly string[]): Promise<KeyPair> =>
  makeCertificate(
    {
      // At most 64 characters [RFC 5280, A.1]; nobody reads it.
      common_name: (hosts[0] ?? 'localhost').slice(0, 64),
      days: SERVER_DAYS,
      extensions: [
        ...leaf('serverAuth'),
        `subjectAltName = ${hosts.map((host) => `${isIP(host) === 0 ? 'DNS' : 'IP'}:${host}`).join(', ')}`,
      ],
    },
    authority,
  );

/** For a client; its name is the user it comes in as. */
export const makeClientCertificate = (authority: KeyPair, user: string): Promise<KeyPair> =>
  makeCertificate({ common_name: user, days: CLIENT_DAYS, extensions: leaf('clientAuth') }, authority);

const leaf = (use: 'serverAuth' | 'clientAuth'): string[] => [
  'basicConstraints = critical, CA:FALSE',
  'keyUsage = critical, digitalSignature',
  `extendedKeyUsage = ${use}`,
  'subjectKeyIdentifier = hash',
  'authorityKeyIdentifier = keyid',
];
