import { afterEach, beforeEach, expect, test } from 'vitest';
import { Pinbus } from '../rigs/pinbus.ts';
import { RawClient } from '../rigs/raw-client.ts';
import { seeded } from '../rigs/seeded.ts';
import { until } from '../rigs/until.ts';

const POINTS = Number(process.env['PINBUS_FAULT_POINTS'] ?? 4);
const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9));
/** Sent and not yet acknowledged, at most. */
const WINDOW = 50;

let pinbus: Pinbus;
beforeEach(async () => {
  pinbus = await Pinbus.start();
});
afterEach(() => pinbus.dispose());

/** A client whose session stays, and what it got over all its connections. */
class Subscriber {
  readonly payloads: number[] = [];
  #client: RawClient | undefined;
  /** QoS 2: identifiers that were taken and not yet released, as a client has to remember them. */
  readonly #taken = new Set<number>();

  async connect(qos: 1 | 2): Promise<void> {
    const client = new RawClient(pinbus.port, { acknowledges: false });
    this.#client = client;
    client.onPacket = (packet) => {
      if (packet.cmd === 'publish') {
        const { messageId = 0 } = packet;
        if (packet.qos === 1) client.send({ cmd: 'puback', messageId });
        else client.send({ cmd: 'pubrec', messageId });
        if (!this.#taken.has(messageId)) this.payloads.push(Number(packet.payload));
        if (packet.qos === 2) this.#taken.add(messageId);
      } else if (packet.cmd === 'pubrel') {
        this.#taken.delete(packet.messageId ?? 0);
        client.send({ cmd: 'pubcomp', messageId: packet.messageId ?? 0 });
      }
    };
    const { sessionPresent } = await client.connect({ clientId: 'keeps', clean: false });
    if (!sessionPresent) await client.subscribe({ topic: 'load', qos });
  }

  disconnect(): void {
    this.#client?.destroy();
  }
}

/** A client whose session stays, publishing numbers; what is not acknowledged is sent again after a reconnect. */
class Publisher {
  readonly acknowledged = new Set<number>();
  /** By packet identifier, in the order of sending. */
  readonly #open = new Map<number, { readonly number: number; released: boolean }>();
  #next = 0;
  #id = 0;

  async run(qos: 1 | 2, until_number: number): Promise<void> {
    const client = new RawClient(pinbus.port, { acknowledges: false });
    client.onPacket = (packet) => {
      if (packet.cmd !== 'puback' && packet.cmd !== 'pubrec' && packet.cmd !== 'pubcomp') return;
      const { messageId = 0 } = packet;
      const open = this.#open.get(messageId);
      if (packet.cmd === 'pubrec') {
        if (open !== undefined) open.released = true;
        client.send({ cmd: 'pubrel', messageId });
      } else if (open !== undefined) {
        this.#open.delete(messageId);
        this.acknowledged.add(open.number);
      }
    };
    await client.connect({ clientId: 'publishes', clean: false });
    for (const [messageId, { number, released }] of this.#open) {
      if (released) client.send({ cmd: 'pubrel', messageId });
      else client.publish('load', String(number), { qos, messageId, dup: true });
    }
    while (this.#next < until_number && !client.closed) {
      if (this.#open.size >= WINDOW) {
        await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      do this.#id = (this.#id % 65_535) + 1;
      while (this.#open.has(this.#id));
      this.#open.set(this.#id, { number: this.#next, released: false });
      client.publish('load', String(this.#next++), { qos, messageId: this.#id });
    }
    await until('the rest', () => client.closed || this.#open.size === 0, 20_000);
    client.destroy();
  }
}

test.each([1, 2] as const)(
  `kill -9 at ${POINTS} random points: QoS %d, all that was acknowledged arrives, in order (SEED=${SEED})`,
  async (qos) => {
    const points = seeded(SEED + qos);
    const subscriber = new Subscriber();
    const publisher = new Publisher();
    await subscriber.connect(qos);
    for (let point = 1; point <= POINTS; point++) {
      // Now with the subscriber there, now without.
      if (point % 2 === 0) subscriber.disconnect();
      const flow = publisher.run(qos, 1e9);
      const least = publisher.acknowledged.size + 200;
      await until('some', () => publisher.acknowledged.size > least, 20_000);
      await new Promise((resolve) => setTimeout(resolve, points() * 100));
      await pinbus.kill();
      await flow;
      await pinbus.start();
      await subscriber.connect(qos);
    }
    const total = Math.max(...publisher.acknowledged) + 200;
    await publisher.run(qos, total);
    const arrived = (): Set<number> => new Set(subscriber.payloads);
    await until('all of them', () => arrived().size >= publisher.acknowledged.size, 30_000).catch(() => {});
    const got = arrived();
    expect([...publisher.acknowledged].filter((number) => !got.has(number))).toEqual([]);
    if (qos === 2) expect(subscriber.payloads).toEqual([...got]);
    const firsts = [...got];
    expect(firsts).toEqual(firsts.toSorted((a, b) => a - b));
    subscriber.disconnect();
  },
  60_000 + POINTS * 20_000,
);
