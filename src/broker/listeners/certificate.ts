import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { anchorOf, certificatesIn } from './anchor.ts';
import { BrokerError } from '../errors.ts';
import type { TlsOptions } from '../options.ts';
import { revokedNames } from './revocations.ts';

export interface ServerCertificate {
  readonly context: SecureContextOptions;
  /** The authorities of its `ca`. */
  readonly anchors?: ReadonlySet<string>;
  /** What its `crl` takes back. */
  readonly revoked?: ReadonlySet<string>;
  /** Wall clock, milliseconds since 1970. */
  readonly expires_ms: number;
}

/** Reads and tries a listener's PEM files. Rejects with BROKER_CERTIFICATE_UNREADABLE or _INVALID, naming the file. */
export async function loadCertificate(options: TlsOptions): Promise<ServerCertificate> {
  const cert = await readPem(options.cert);
  const ca = options.ca === undefined ? undefined : await readPem(options.ca);
  const crl = options.crl === undefined ? undefined : await readPem(options.crl);
  const context: SecureContextOptions = {
    cert,
    key: await readPem(options.key),
    ...(ca && { ca }),
    minVersion: 'TLSv1.2',
  };
  try {
    createSecureContext(context);
    const expires_ms = Date.parse(new X509Certificate(cert).validTo);
    const authorities = ca && certificatesIn(ca);
    return {
      context,
      expires_ms,
      ...(authorities && { anchors: new Set(authorities.map(anchorOf)) }),
      ...(crl && { revoked: revokedNames(crl, authorities ?? []) }),
    };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new BrokerError(
      'BROKER_CERTIFICATE_INVALID',
      `certificate ${options.cert} with key ${options.key}${options.crl === undefined ? '' : ` and list ${options.crl}`} cannot be used: ${why}`,
      { cause },
    );
  }
}

async function readPem(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new BrokerError('BROKER_CERTIFICATE_UNREADABLE', `${path} cannot be read: ${why}`, { cause });
  }
}
