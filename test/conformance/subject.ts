import { expect } from 'vitest';
import { RawClient } from '../rigs/raw-client.ts';

type ConnectFields = Parameters<RawClient['connect']>[0];

let checks = 0;

/** A broker as one check sees it: a version to speak, clients that end with the check, and topics nobody else uses. */
export class Subject {
  readonly name: 'pinbus' | 'mosquitto';
  readonly version: 4 | 5;
  readonly port: number;
  /** Unique to the check. */
  readonly topic = `conformance/${process.pid}/${++checks}`;
  /** A client id, unique to the check. */
  readonly id = `conformance-${process.pid}-${checks}`;
  readonly #clients: RawClient[] = [];

  constructor(name: 'pinbus' | 'mosquitto', port: number, version: 4 | 5) {
    this.name = name;
    this.port = port;
    this.version = version;
  }

  /** Of the check's version unless said otherwise; not connected. */
  client(options: { readonly version?: 3 | 4 | 5; readonly acknowledges?: boolean } = {}): RawClient {
    const client = new RawClient(this.port, { version: this.version, ...options });
    this.#clients.push(client);
    return client;
  }

  /** With an open socket and nothing said. */
  open(): Promise<RawClient> {
    return this.client().open();
  }

  /** Connected, and acknowledging unless said otherwise. */
  async connected(fields: ConnectFields = {}, acknowledges = true): Promise<RawClient> {
    const client = this.client({ acknowledges });
    await client.connect(fields);
    return client;
  }

  /** With a session that outlives the connection. */
  lasting(clientId = this.id, acknowledges = true): Promise<RawClient> {
    return this.connected(this.keeping(clientId), acknowledges);
  }

  /** The fields of a CONNECT that keeps or resumes a session. */
  keeping(clientId = this.id): NonNullable<ConnectFields> {
    return { clientId, clean: false, ...(this.version === 5 && { properties: { sessionExpiryInterval: 300 } }) };
  }

  /** The connection ends; pinbus tells one of the reasons to MQTT 5 clients that it had let in. */
  async refused(client: RawClient, ...reasons: readonly number[]): Promise<void> {
    await client.closing();
    if (this.name !== 'pinbus' || this.version !== 5 || reasons.length === 0) return;
    if (client.all('connack')[0]?.reasonCode !== 0) return;
    expect(client.all('disconnect')[0]?.reasonCode).toBeOneOf([...reasons]);
  }

  end(): void {
    for (const client of this.#clients) client.destroy();
  }
}
