import { resolve } from 'node:path';
import type { BusClient, ConnectClient, ProtocolVersion, PublishSettings, Received } from './bus-client.ts';
import { Program } from './program.ts';
import { until } from './until.ts';

type Line = { done: number } | { connected: number } | Received;

/** Debian's python3-paho-mqtt, what Python programs (and Home Assistant) use. */
export const connectPaho: ConnectClient = async (port, version) => {
  const client = new Paho(port, version);
  await client.connected();
  return client;
};

/** The same, with a session that stays. */
export async function connectPahoSession(port: number, version: ProtocolVersion, clientId: string): Promise<BusClient> {
  const client = new Paho(port, version, clientId);
  await client.connected();
  return client;
}

class Paho implements BusClient {
  readonly received: Received[] = [];
  readonly #program: Program;
  readonly #done = new Set<number>();
  #connected: number | undefined;
  #number = 0;

  constructor(port: number, version: ProtocolVersion, kept?: string) {
    const script = resolve('test/rigs/paho_client.py');
    this.#program = new Program('/usr/bin/python3', [
      script,
      String(port),
      version,
      ...(kept === undefined ? [] : [kept]),
    ]);
    this.#program.follow((line) => this.#take(line));
  }

  async connected(): Promise<void> {
    const code = await until('CONNACK to paho', () => (this.#ended(), this.#connected?.toString()));
    if (code !== '0') throw new Error(`paho was refused with ${code}`);
  }

  #take(text: string): void {
    const line = JSON.parse(text) as Line;
    if ('done' in line) this.#done.add(line.done);
    else if ('connected' in line) this.#connected = line.connected;
    else this.received.push(line);
  }

  #ended(): void {
    if (this.#program.exit) throw new Error(`paho ended: ${this.#program.lastWords()}`);
  }

  async #do(command: Readonly<Record<string, unknown>>): Promise<void> {
    const id = ++this.#number;
    this.#program.write(JSON.stringify({ ...command, id }));
    await until(`paho: ${JSON.stringify(command)}`, () => (this.#ended(), this.#done.delete(id)));
  }

  async subscribe(filter: string, qos: 0 | 1 | 2 = 1): Promise<void> {
    await this.#do({ do: 'subscribe', filter, qos });
  }

  async publish(topic: string, payload: string, settings: PublishSettings = {}): Promise<void> {
    await this.#do({ do: 'publish', topic, payload, qos: settings.qos ?? 0, retain: settings.retain ?? false });
  }

  async close(): Promise<void> {
    await this.#program.stop();
  }
}
