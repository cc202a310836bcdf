import type { BusClient, ConnectClient, ProtocolVersion, PublishSettings, Received } from './bus-client.ts';
import { Program } from './program.ts';

/** mosquitto_sub and mosquitto_pub: a process for each subscription, and one for each publish, as a shell uses them. */
export const connectMosquittoClients: ConnectClient = async (port, version) => new MosquittoClients(port, version);

class MosquittoClients implements BusClient {
  readonly received: Received[] = [];
  readonly #subscribers: Program[] = [];
  readonly #address: readonly string[];

  constructor(port: number, version: ProtocolVersion) {
    this.#address = ['-h', '127.0.0.1', '-p', String(port), '-V', version === '5' ? '5' : '311'];
  }

  async subscribe(filter: string, qos: 0 | 1 | 2 = 1): Promise<void> {
    // %j has a JSON object for each message; -d says when the subscription was granted.
    const options = ['-t', filter, '-q', String(qos), '-F', '%j', '-d'];
    const program = new Program('stdbuf', ['-oL', 'mosquitto_sub', ...this.#address, ...options]);
    this.#subscribers.push(program);
    await program.line('SUBACK', (line) => (line.startsWith('Subscribed') ? true : undefined));
    program.follow((line) => this.#take(line));
  }

  #take(line: string): void {
    if (!line.startsWith('{')) return;
    const message = JSON.parse(line) as { topic: string; payload: string; retain: number; qos: number };
    const { topic, payload, retain, qos } = message;
    this.received.push({ topic, payload, retain: retain === 1, qos });
  }

  async publish(topic: string, payload: string, settings: PublishSettings = {}): Promise<void> {
    const { qos = 0, retain = false } = settings;
    const message = payload === '' ? ['-n'] : ['-m', payload];
    const options = ['-t', topic, '-q', String(qos), ...(retain ? ['-r'] : []), ...message];
    const program = new Program('mosquitto_pub', [...this.#address, ...options]);
    const exit = await program.exited;
    if (exit.code !== 0) throw new Error(`mosquitto_pub: ${program.lastWords()}`);
  }

  async close(): Promise<void> {
    await Promise.all(this.#subscribers.map((program) => program.stop()));
  }
}
