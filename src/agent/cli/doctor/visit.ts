import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Client, connectClient } from '#broker';

/** A listener of a broker that the doctor looks in at. */
export interface Visited {
  readonly url: string;
  /** Path of a PEM file. */
  readonly ca?: string | undefined;
}

export async function visit({ url, ca }: Visited): Promise<Client> {
  return connectClient({
    url,
    version: '5',
    client_id: `pinbus-doctor-${randomBytes(4).toString('hex')}`,
    ...(ca === undefined ? {} : { ca: await readFile(ca) }),
  });
}
