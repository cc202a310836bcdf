import { readFile } from 'node:fs/promises';
import { BrokerError } from '../errors.ts';
import type { BridgeOptions } from '../options.ts';

/** PEM texts: whom a bridge trusts, and who it is itself. */
export interface Identity {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** Read for each link anew, so that a renewed certificate counts from the next one. Rejects with UPSTREAM_TLS. */
export async function readIdentity({ ca, cert, key }: Pick<BridgeOptions, 'ca' | 'cert' | 'key'>): Promise<Identity> {
  return {
    ...(ca === undefined ? {} : { ca: await read(ca) }),
    ...(cert === undefined ? {} : { cert: await read(cert) }),
    ...(key === undefined ? {} : { key: await read(key) }),
  };
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new BrokerError('UPSTREAM_TLS', `cannot read ${path}`, { cause: error });
  }
}
