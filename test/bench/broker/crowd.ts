import type { Subject } from './subject.ts';
import { encode, type Qos, TallyClient } from './tally-client.ts';

export const TOPIC = 'bench/broker';
/** Messages of a publisher that are under way at once: enough to keep a broker busy, too few for anybody to drop any. */
const WINDOW = { 0: 400, 1: 100, 2: 100 } as const;

/** How many publish how to how many. */
export interface Shape {
  readonly qos: Qos;
  readonly publishers: number;
  readonly subscribers: number;
}

/** Publishers and subscribers of one topic, connected. */
export class Crowd {
  readonly publishers: readonly TallyClient[];
  readonly subscribers: readonly TallyClient[];
  readonly #shape: Shape;

  private constructor(shape: Shape, publishers: readonly TallyClient[], subscribers: readonly TallyClient[]) {
    this.#shape = shape;
    this.publishers = publishers;
    this.subscribers = subscribers;
  }

  static async gather({ port }: Subject, shape: Shape): Promise<Crowd> {
    const connect = (role: string, count: number): Promise<TallyClient[]> =>
      Promise.all(Array.from({ length: count }, (_, index) => TallyClient.connect(port, `${role}-${index}`)));
    const subscribers = await connect('subscriber', shape.subscribers);
    await Promise.all(subscribers.map((client) => client.subscribe(TOPIC, shape.qos)));
    return new Crowd(shape, await connect('publisher', shape.publishers), subscribers);
  }

  /** Deliveries a second, as fast as the broker goes, over a while. */
  async throughput(over_ms: number): Promise<number> {
    const { qos, subscribers, publishers } = this.#shape;
    const message = encode(TOPIC, Buffer.alloc(64, 'x'), qos);
    const window = WINDOW[qos] * publishers;
    let sent = this.#delivered() / subscribers;
    const before = this.#delivered();
    const began = performance.now();
    while (performance.now() - began < over_ms) {
      const free = window - (sent - Math.floor(this.#delivered() / subscribers));
      for (let i = 0; i < free; i++, sent++) this.publishers[sent % publishers]?.publish(message);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const rate = (this.#delivered() - before) / ((performance.now() - began) / 1_000);
    await this.#settle(sent * subscribers);
    return rate;
  }

  /** Milliseconds from each publish to its delivery at every subscriber, at a steady rate. */
  async latencies(rate_per_s: number, over_ms: number): Promise<number[]> {
    const latencies: number[] = [];
    for (const client of this.subscribers) {
      client.onMessage = (payload) => void latencies.push(performance.now() - payload.readDoubleBE(0));
    }
    const before = this.#delivered();
    const began = performance.now();
    let sent = 0;
    for (let now = began; now - began < over_ms; now = performance.now()) {
      for (const due = ((now - began) / 1_000) * rate_per_s; sent < due; sent++) {
        const payload = Buffer.alloc(64);
        payload.writeDoubleBE(performance.now(), 0);
        this.publishers[sent % this.publishers.length]?.publish(encode(TOPIC, payload, this.#shape.qos));
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    await this.#settle(before + sent * this.subscribers.length);
    for (const client of this.subscribers) client.onMessage = () => {};
    return latencies;
  }

  async leave(): Promise<void> {
    await Promise.all([...this.publishers, ...this.subscribers].map((client) => client.close()));
  }

  #delivered(): number {
    return this.subscribers.reduce((sum, { received }) => sum + received, 0);
  }

  /** Waits for the last ones, which are to come but for QoS 0. */
  async #settle(expected: number): Promise<void> {
    const end = performance.now() + 5_000;
    while (this.#delivered() < expected && performance.now() < end) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (this.#delivered() < expected) throw new Error(`${expected - this.#delivered()} messages did not arrive`);
  }
}
