import { LoadClient } from './load-client.ts';

/** What a call answered. */
export type Reply =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly error: CallFailure };

interface CallFailure {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** A line of the simulated header. */
export interface SimLine {
  readonly offset: number;
  readonly direction: 'in' | 'out';
  readonly level: boolean;
  readonly consumer?: string;
}

/** Calls a node's methods as an MQTT 3.1.1 client does, and moves the wires of its simulated header. */
export class Caller {
  readonly #client: LoadClient;
  readonly #node: string;
  readonly #waiting = new Map<string, (reply: Reply) => void>();
  #number = 0;

  private constructor(client: LoadClient, node: string) {
    this.#client = client;
    this.#node = node;
    client.onMessage = (topic, payload) => {
      const settle = this.#waiting.get(topic);
      this.#waiting.delete(topic);
      settle?.(JSON.parse(payload.toString('utf8')) as Reply);
    };
  }

  static async connect(port: number, node = 'porch'): Promise<Caller> {
    const client = await LoadClient.connect(port, `caller-${process.pid}-${port}`);
    const caller = new Caller(client, node);
    await client.subscribe('caller/#', 1);
    return caller;
  }

  async call(method: string, params: object = {}): Promise<Reply> {
    const topic = `caller/${++this.#number}`;
    const answer = new Promise<Reply>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer to ${method} in 10 s`)), 10_000);
      this.#waiting.set(topic, (reply) => {
        clearTimeout(timer);
        resolve(reply);
      });
    });
    this.#client.publish(`pinbus/v1/${this.#node}/call/${method}`, JSON.stringify({ ...params, reply_to: topic }), 1);
    return answer;
  }

  async result(method: string, params: object = {}): Promise<unknown> {
    const reply = await this.call(method, params);
    if (!reply.ok) throw new Error(`${method}: ${reply.error.code}: ${reply.error.message}`);
    return reply.result;
  }

  /** What the pin really is, as the wire outside of the program sees it. */
  async line(offset: number): Promise<SimLine> {
    const lines = (await this.result('sim.lines')) as SimLine[];
    const found = lines.find((line) => line.offset === offset);
    if (!found) throw new Error(`the header has no line ${offset}`);
    return found;
  }

  /** Drives the wire at an input. */
  async drive(line: number, level: 'high' | 'low' | 'open'): Promise<void> {
    await this.result('sim.line', { line, level });
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}
