import { Readable } from 'node:stream';
import { Retained, type Origin } from '#broker';
import { FilterTrie, type Message } from '#topics';
import type { SubscriptionRow } from '../../../src/broker/session/stored.ts';
import type { Store } from '../../../src/broker/store/store.ts';
import { allRetained } from '../../rigs/all-retained.ts';
import { DatabaseFolder } from '../../rigs/database.ts';
import { carriedBy, carry, type Packet, toPacket, toSubscription } from './stored-packets.ts';

const FROM_CLIENT: Origin = { kind: 'client', id: 'suite' };
const NEVER = 0xffff_ffff;

export interface Client {
  readonly id: string;
}

interface Subscription {
  readonly topic: string;
  readonly qos: number;
  readonly rap?: boolean;
  readonly nl?: boolean;
  readonly subscriptionIdentifier?: number;
}

/**
 * What Aedes asks of a persistence, asked of our tables: a thin layer of translation, for the suite alone. The broker
 * itself speaks of sessions instead of packets, so nothing of this is in its way.
 */
export class StoredPersistence {
  broker: { id: string } = { id: '' };
  readonly #folder = new DatabaseFolder();
  #store: Store | undefined;
  #retained: Retained | undefined;
  #row = 0;
  #sequence = 0;

  async setup(broker: { id: string }): Promise<void> {
    this.broker = broker;
    this.#store = await this.#folder.open();
    this.#retained = new Retained({ store: this.#store, isOwn: () => false, log: this.#folder.kept.log });
    await this.#retained.start(new AbortController().signal);
  }

  async destroy(): Promise<void> {
    await this.#retained?.stop();
    await this.#folder.remove();
  }

  async storeRetained({ topic, payload, retain }: Packet): Promise<void> {
    await this.#retained?.set({ topic, payload: Buffer.from(payload), qos: 1, retain }, FROM_CLIENT);
  }

  createRetainedStream(filter: string): Readable {
    return this.createRetainedStreamCombi([filter]);
  }

  createRetainedStreamCombi(filters: readonly string[]): Readable {
    return Readable.from(this.#retainedPackets(filters));
  }

  async *#retainedPackets(filters: readonly string[]) {
    if (this.#retained === undefined) return;
    const found = new Map<string, Message>();
    for (const filter of filters) {
      for (const message of await allRetained(this.#retained, filter)) found.set(message.topic, message);
    }
    for (const { topic, payload } of found.values()) {
      yield { cmd: 'publish', id: this.broker.id, topic, payload, qos: 0, retain: true };
    }
  }

  async addSubscriptions({ id }: Client, subscriptions: readonly Subscription[]): Promise<void> {
    const row = await this.#open(id);
    for (const { topic, qos, nl, rap, subscriptionIdentifier } of subscriptions) {
      const flags = [nl === true ? 1 : 0, rap === true ? 1 : 0] as const;
      await this.#db.write('sessions', 'subscribe', row, topic, qos, ...flags, subscriptionIdentifier ?? null);
    }
  }

  async removeSubscriptions({ id }: Client, filters: readonly string[]): Promise<void> {
    const row = await this.#open(id);
    for (const filter of filters) await this.#db.write('sessions', 'unsubscribe', row, filter);
  }

  async cleanSubscriptions({ id }: Client): Promise<void> {
    const subscriptions = await this.#subscriptions();
    await this.removeSubscriptions(
      { id },
      subscriptions.map(({ filter }) => filter),
    );
  }

  async subscriptionsByClient({ id }: Client) {
    const subscriptions = await this.#subscriptions();
    return subscriptions.filter(({ clientId }) => clientId === id).map((one) => toSubscription(one));
  }

  async subscriptionsByTopic(topic: string) {
    const trie = new FilterTrie<SubscriptionRow & { readonly clientId: string }>();
    for (const subscription of await this.#subscriptions()) {
      if (subscription.qos > 0) trie.add(subscription.filter, subscription);
    }
    return trie.match(topic).map((one) => ({ clientId: one.clientId, ...toSubscription(one) }));
  }

  async countOffline(): Promise<{ subsCount: number; clientsCount: number }> {
    const subscriptions = await this.#subscriptions();
    return {
      subsCount: subscriptions.filter(({ qos }) => qos > 0).length,
      clientsCount: new Set(subscriptions.map(({ clientId }) => clientId)).size,
    };
  }

  getClientList(topic: string): Readable {
    return Readable.from(
      (async function* (subscriptions) {
        for (const { filter, clientId } of await subscriptions) if (filter === topic) yield clientId;
      })(this.#subscriptions()),
    );
  }

  async outgoingEnqueue({ clientId }: { readonly clientId: string }, packet: Packet): Promise<void> {
    await this.#enqueue(await this.#open(clientId), ++this.#sequence, packet, undefined);
  }

  async outgoingEnqueueCombi(subs: readonly { readonly clientId: string }[], packet: Packet): Promise<void> {
    for (const sub of subs) await this.outgoingEnqueue(sub, packet);
  }

  async outgoingUpdate(client: Client, packet: Packet): Promise<void> {
    const row = await this.#open(client.id);
    for (const queued of await this.#queued(row)) {
      const { carried } = queued;
      if (packet.cmd === 'pubrel' && carried.messageId === packet.messageId) {
        await this.#db.write('sessions', 'release', queued.sequence);
      } else if (carried.brokerCounter === packet.brokerCounter && carried.brokerId === packet.brokerId) {
        await this.#db.write('sessions', 'done', queued.sequence);
        await this.#enqueue(row, queued.sequence, packet, packet.messageId);
      }
    }
  }

  async outgoingClearMessageId(client: Client, { messageId }: Packet): Promise<unknown> {
    const queued = await this.#queued(await this.#open(client.id));
    const found = queued.find(({ carried }) => carried.messageId === messageId);
    if (found === undefined) return undefined;
    await this.#db.write('sessions', 'done', found.sequence);
    return toPacket(found);
  }

  outgoingStream(client: Client): Readable {
    const queued = async () => this.#queued(await this.#open(client.id));
    return Readable.from(
      (async function* () {
        for (const row of await queued()) yield toPacket(row);
      })(),
    );
  }

  async incomingStorePacket(client: Client, packet: Packet): Promise<void> {
    const row = await this.#open(incoming(client));
    await this.#db.write('sessions', 'receive', row, packet.messageId ?? 0);
    await this.#enqueue(row, ++this.#sequence, packet, packet.messageId);
  }

  async incomingGetPacket(client: Client, { messageId }: Packet): Promise<unknown> {
    const found = await this.#incoming(client, messageId);
    if (found === undefined) throw new Error('no such packet');
    return toPacket(found);
  }

  async incomingDelPacket(client: Client, { messageId }: Packet): Promise<void> {
    const found = await this.#incoming(client, messageId);
    if (found !== undefined) await this.#db.write('sessions', 'done', found.sequence);
    await this.#db.write('sessions', 'free', await this.#open(incoming(client)), messageId ?? 0);
  }

  async cleanIncoming(client: Client): Promise<void> {
    await this.#db.write('sessions', 'end', await this.#open(incoming(client)));
  }

  async putWill(client: Client, packet: Packet & { clientId?: string }): Promise<void> {
    Object.assign(packet, { brokerId: this.broker.id, clientId: client.id });
    const { topic, payload, qos, retain, brokerId } = packet;
    const row = await this.#open(client.id);
    const properties = carry({ ...(brokerId !== undefined && { brokerId }) });
    await this.#db.write(
      'sessions',
      'putWill',
      row,
      topic,
      Buffer.from(payload),
      properties,
      null,
      qos,
      Number(retain),
      0,
    );
  }

  async getWill(client: Client): Promise<unknown> {
    return (await this.#wills()).find(({ clientId }) => clientId === client.id);
  }

  async delWill(client: Client): Promise<unknown> {
    const will = await this.getWill(client);
    await this.#db.write('sessions', 'deleteWill', await this.#open(client.id));
    return will;
  }

  streamWill(brokers: Readonly<Record<string, unknown>> = {}): Readable {
    return Readable.from(
      (async function* (wills) {
        for (const will of await wills) if (brokers[will.brokerId ?? ''] === undefined) yield will;
      })(this.#wills()),
    );
  }

  get #db(): Store {
    if (this.#store === undefined) throw new Error('it is not set up');
    return this.#store;
  }

  async #open(clientId: string): Promise<number> {
    const { sessions } = await this.#db.ask('sessions', 'load', 0);
    const known = sessions.find((session) => session.client_id === clientId);
    if (known !== undefined) return known.id;
    const row = ++this.#row;
    await this.#db.write('sessions', 'open', row, clientId, null, NEVER);
    return row;
  }

  async #subscriptions() {
    const { sessions, subscriptions } = await this.#db.ask('sessions', 'load', 0);
    const clients = new Map(sessions.map(({ id, client_id }) => [id, client_id]));
    return subscriptions.map((one) => ({ ...one, clientId: clients.get(one.session) ?? '' }));
  }

  async #wills() {
    const { sessions, wills } = await this.#db.ask('sessions', 'load', 0);
    const clients = new Map(sessions.map(({ id, client_id }) => [id, client_id]));
    return wills.map(({ session, topic, payload, properties, qos, retain }) => ({
      clientId: clients.get(session) ?? '',
      brokerId: carriedBy(properties).brokerId,
      topic,
      payload: Buffer.from(payload),
      qos,
      retain: retain === 1,
    }));
  }

  async #queued(row: number) {
    const rows = await this.#db.ask('sessions', 'page', row, 0, 10_000, 1e9);
    return rows.map((one) => ({ ...one, carried: carriedBy(one.properties) }));
  }

  async #incoming(client: Client, messageId: number | undefined) {
    const rows = await this.#queued(await this.#open(incoming(client)));
    return rows.find(({ carried }) => carried.messageId === messageId);
  }

  async #enqueue(row: number, sequence: number, packet: Packet, messageId: number | undefined): Promise<void> {
    const { topic, payload, qos, retain, brokerId, brokerCounter, dup } = packet;
    const properties = carry({
      ...(brokerId !== undefined && { brokerId }),
      ...(brokerCounter !== undefined && { brokerCounter }),
      ...(messageId !== undefined && { messageId }),
      ...(dup !== undefined && { dup }),
      text: typeof payload === 'string',
    });
    const bytes = Buffer.from(payload);
    const flags = [qos, qos, retain ? 1 : 0, null, null, null, bytes.length] as const;
    await this.#db.write('sessions', 'enqueue', sequence, row, messageId ?? 0, topic, bytes, properties, ...flags);
  }
}

/** The broker takes QoS 2 messages at once and keeps their identifiers alone; the suite wants them back. */
const incoming = ({ id }: Client): string => `incoming ${id}`;
