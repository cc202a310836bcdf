import type { Subject } from './subject.ts';
import { encode, type Encoded, type Qos, TallyClient } from './tally-client.ts';

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
  readonly #topic: string;
  #sent = 0;

  private constructor(
    shape: Shape,
    topic: string,
    publishers: readonly TallyClient[],
    subscribers: readonly TallyClient[],
  ) {
    this.#shape = shape;
    this.#topic = topic;
    this.publishers = publishers;
    this.subscribers = subscribers;
  }

  static async gather({ port }: Subject, shape: Shape, topic = TOPIC): Promise<Crowd> {
    const connect = (role: string, count: number): Promise<TallyClient[]> =>
      Promise.all(Array.from({ length: count }, (_, index) => TallyClient.connect(port, `${topic} ${role} ${index}`)));
    const subscribers = await connect('subscriber', shape.subscribers);
    await Promise.all(subscribers.map((client) => client.subscribe(topic, shape.qos)));
    return new Crowd(shape, topic, await connect('publisher', shape.publishers), subscribers);
  }

  /** Deliveries, a second and in all, as fast as the broker goes, over a while. */
  async throughput(over_ms: number): Promise<{ readonly rate: number; readonly deliveries: number }> {
    const message = encode(this.#topic, Buffer.alloc(64, 'x'), this.#shape.qos);
    const before = this.#delivered();
    const began = performance.now();
    while (performance.now() - began < over_ms) {
      while (this.#hasRoom()) this.#publish(message);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const rate = (this.#delivered() - before) / ((performance.now() - began) / 1_000);
    await this.#settle();
    return { rate, deliveries: this.#delivered() - before };
  }

  /** Milliseconds at a steady rate, from when each message was due to its delivery at every subscriber. */
  async latencies(rate_per_s: number, over_ms: number): Promise<number[]> {
    const latencies: number[] = [];
    const began = performance.now();
    // What the broker still has to do for clients that only just came is no part of it.
    const counted_ms = began + over_ms / 4;
    for (const client of this.subscribers) {
      client.onMessage = (payload) => {
        const due_ms = payload.readDoubleBE(0);
        if (due_ms >= counted_ms) latencies.push(performance.now() - due_ms);
      };
    }
    for (let due_ms = began; due_ms - began < over_ms; ) {
      for (; due_ms <= performance.now() && this.#hasRoom(); due_ms += 1_000 / rate_per_s) {
        const payload = Buffer.alloc(64);
        payload.writeDoubleBE(due_ms, 0);
        this.#publish(encode(this.#topic, payload, this.#shape.qos));
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    await this.#settle();
    for (const client of this.subscribers) client.onMessage = () => {};
    return latencies;
  }

  async leave(): Promise<void> {
    await Promise.all([...this.publishers, ...this.subscribers].map((client) => client.close()));
  }

  #publish(message: Encoded): void {
    this.publishers[this.#sent++ % this.publishers.length]?.publish(message);
  }

  /** Whether one more may be under way: sent, and not yet delivered and acknowledged to the end. */
  #hasRoom(): boolean {
    const acknowledged = this.publishers.reduce((sum, { done }) => sum + done, 0);
    const finished = Math.min(this.#delivered() / this.subscribers.length, acknowledged);
    return this.#sent - finished < WINDOW[this.#shape.qos] * this.publishers.length;
  }

  #delivered(): number {
    return this.subscribers.reduce((sum, { received }) => sum + received, 0);
  }

  /** Waits for the last ones. */
  async #settle(): Promise<void> {
    const end = performance.now() + 5_000;
    const missing = (): number => this.#sent * this.subscribers.length - this.#delivered();
    while (missing() > 0 && performance.now() < end) await new Promise((resolve) => setImmediate(resolve));
    if (missing() > 0) throw new Error(`${missing()} messages did not arrive`);
  }
}
