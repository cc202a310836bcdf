import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { DurableHouse } from '../../rigs/durable-house.ts';
import type { RawClient } from '../../rigs/raw-client.ts';
import { until } from '../../rigs/until.ts';

const TOPICS = ['a', 'b'] as const;
const topic = fc.constantFrom(...TOPICS);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('come' as const), clean: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('go' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('subscribe' as const), topic }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unsubscribe' as const), topic }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('publish' as const), topic, qos: fc.constantFrom(1, 2) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('acknowledge' as const), half: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('restart' as const, 'crash' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Owed {
  readonly payload: string;
  readonly qos: 1 | 2;
  /** PUBREC was sent: the message does not come again, PUBREL does. */
  received: boolean;
}

/** What a session is, by the specification: subscriptions and messages, whatever happens to the node. */
class Model {
  exists = false;
  readonly subscriptions = new Set<string>();
  owed: Owed[] = [];
  number = 0;
}

/** The client and the node, taken through the same steps as the model. */
class Real {
  readonly #house: DurableHouse;
  readonly #model = new Model();
  #client: RawClient | undefined;

  constructor(house: DurableHouse) {
    this.#house = house;
  }

  async run(step: Step): Promise<void> {
    const client = this.#client;
    if (step.do === 'come') await this.#come(step.clean);
    else if (step.do === 'go') await this.#go();
    else if (step.do === 'publish') await this.#publish(step.topic, step.qos === 2 ? 2 : 1);
    else if (step.do === 'restart' || step.do === 'crash') await this.#interrupt(step.do);
    else if (client === undefined) return;
    else if (step.do === 'acknowledge') await this.#acknowledge(client, step.half);
    else if (step.do === 'subscribe') await this.#subscribe(client, step.topic);
    else if (step.do === 'unsubscribe') await this.#unsubscribe(client, step.topic);
    await this.#compare();
  }

  async #come(clean: boolean): Promise<void> {
    await this.#go();
    const model = this.#model;
    const client = this.#house.client({ acknowledges: false, version: 5 });
    const properties = { sessionExpiryInterval: 600 };
    const { sessionPresent } = await client.connect({ clientId: 'model', clean, properties });
    expect(sessionPresent).toBe(model.exists && !clean);
    if (clean) {
      model.subscriptions.clear();
      model.owed = [];
    }
    model.exists = true;
    this.#client = client;
    const again = model.owed.filter(({ received }) => !received).map(({ payload }) => payload);
    const released = model.owed.filter(({ received }) => received).length;
    await until(
      'what is owed',
      () => client.payloads().length === again.length && client.all('pubrel').length === released,
    );
    expect(client.payloads()).toEqual(again);
  }

  async #go(): Promise<void> {
    this.#client?.destroy();
    this.#client = undefined;
    await until('nobody', () => this.#house.broker.clients().length === 0);
  }

  async #interrupt(how: 'restart' | 'crash'): Promise<void> {
    await this.#house.store.ask('sessions', 'load', 1);
    await this.#house[how]();
    this.#client = undefined;
  }

  async #subscribe(client: RawClient, topic: string): Promise<void> {
    await client.subscribe({ topic, qos: 2, nl: false, rap: false, rh: 2 });
    this.#model.subscriptions.add(topic);
  }

  async #unsubscribe(client: RawClient, topic: string): Promise<void> {
    client.send({ cmd: 'unsubscribe', messageId: 999, unsubscriptions: [topic] });
    await client.settled();
    this.#model.subscriptions.delete(topic);
  }

  async #publish(topic: string, qos: 1 | 2): Promise<void> {
    const payload = String(this.#model.number++);
    await this.#house.broker.publish({ topic, payload: Buffer.from(payload), qos, retain: false });
    if (this.#model.subscriptions.has(topic)) this.#model.owed.push({ payload, qos, received: false });
    const client = this.#client;
    if (client !== undefined && this.#model.subscriptions.has(topic)) {
      await until('it is there', () => client.payloads().includes(payload));
    }
  }

  async #acknowledge(client: RawClient, half: boolean): Promise<void> {
    const { owed } = this.#model;
    const oldest = owed.find(({ received }) => !received);
    if (oldest === undefined) return;
    const packet = client.all('publish').find(({ payload }) => payload.toString() === oldest.payload);
    const messageId = packet?.messageId ?? 0;
    if (oldest.qos === 2) {
      client.send({ cmd: 'pubrec', messageId, reasonCode: 0 });
      await client.packet('pubrel', (pubrel) => pubrel.messageId === messageId);
      oldest.received = true;
      if (half) return;
      client.send({ cmd: 'pubcomp', messageId, reasonCode: 0 });
    } else {
      client.send({ cmd: 'puback', messageId, reasonCode: 0 });
    }
    await client.settled();
    this.#model.owed = owed.filter((one) => one !== oldest);
  }

  /** What is on disk is the model. */
  async #compare(): Promise<void> {
    const { sessions, subscriptions, backlogs } = await this.#house.store.ask('sessions', 'load', 1);
    expect(sessions).toHaveLength(this.#model.exists ? 1 : 0);
    expect(subscriptions.map(({ filter }) => filter)).toEqual([...this.#model.subscriptions].toSorted());
    expect(backlogs.reduce((sum, { rows }) => sum + rows, 0)).toBe(this.#model.owed.length);
  }
}

test('a session is the same on disk and for its client as by the specification, after any sequence of steps', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30, size: 'max' }), async (steps) => {
      const house = await DurableHouse.start();
      try {
        const real = new Real(house);
        for (const one of [{ do: 'come' as const, clean: false }, ...steps, { do: 'come' as const, clean: false }]) {
          await real.run(one);
        }
      } finally {
        await house.remove();
      }
    }),
    { numRuns: Number(process.env['RUNS'] ?? 8) },
  );
}, 120_000);
