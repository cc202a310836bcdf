import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Client, connectClient } from '#broker';

/** A broker that the doctor looks in at, and as whom. */
export interface Visited {
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Path of a PEM file. */
  readonly ca?: string | undefined;
}

/** Connects under an id of its own: with the id of a bridge it would throw out the bridge that runs [MQTT-3.1.4-3]. */
export async function visit({ url, username, password, ca }: Visited): Promise<Client> {
  return connectClient({
    url,
    version: '5',
    client_id: `pinbus-doctor-${randomBytes(4).toString('hex')}`,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(ca === undefined ? {} : { ca: await readFile(ca) }),
  });
}
