import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { BrokerError } from '../errors.ts';
import type { TlsOptions } from '../options.ts';

/** Reads and tries a listener's PEM files. Rejects with BROKER_CERTIFICATE_UNREADABLE or _INVALID, naming the file. */
export async function loadCertificate(options: TlsOptions): Promise<SecureContextOptions> {
  const context: SecureContextOptions = {
    cert: await readPem(options.cert),
    key: await readPem(options.key),
    ...(options.ca !== undefined && { ca: await readPem(options.ca) }),
    minVersion: 'TLSv1.2',
  };
  try {
    createSecureContext(context);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new BrokerError(
      'BROKER_CERTIFICATE_INVALID',
      `certificate ${options.cert} with key ${options.key} cannot be used: ${why}`,
      { cause },
    );
  }
  return context;
}

async function readPem(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new BrokerError('BROKER_CERTIFICATE_UNREADABLE', `${path} cannot be read: ${why}`, { cause });
  }
}
