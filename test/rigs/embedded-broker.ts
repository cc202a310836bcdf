import { pino } from 'pino';
import {
  Broker,
  type BrokerOptions,
  type Keeper,
  type LimitOptions,
  LoopGuard,
  type RetainedReader,
  type RetainedStore,
  type SessionArchive,
} from '#broker';
import { bytes, type Message, milliseconds, TopicTrie } from '#topics';
import { RawClient, type RawClientOptions } from './raw-client.ts';

/** Retained messages without a disk. */
export class RetainedInMemory implements RetainedStore {
  readonly #messages = new TopicTrie<Message>();

  get count(): number {
    return this.#messages.size;
  }

  set(message: Message): undefined {
    if (message.payload.length === 0) this.#messages.delete(message.topic);
    else this.#messages.set(message.topic, message);
  }

  *match(filter: string): Generator<Message, undefined, undefined> {
    for (const [, message] of this.#messages.match(filter)) yield message;
    return undefined;
  }

  read(filter: string): RetainedReader {
    const messages = this.match(filter);
    return { next: () => messages.next().value };
  }

  recall(topic: string): Message | undefined {
    return this.#messages.get(topic);
  }

  *topics(filter: string): Iterable<string> {
    for (const { topic } of this.match(filter)) yield topic;
  }
}

export interface EmbeddedBroker {
  readonly broker: Broker;
  readonly port: number;
  /** Every line of its log. */
  readonly log: { readonly msg: string; readonly level: number; readonly err?: unknown }[];
  client(options?: RawClientOptions): RawClient;
  /** Ends its clients too. */
  stop(): Promise<void>;
}

export interface EmbeddedParts {
  readonly options?: Partial<BrokerOptions>;
  readonly keeper?: Keeper;
  readonly retained?: RetainedStore;
  readonly sessions?: SessionArchive;
}

/** What a config has when it says nothing. */
export const LIMITS_AS_CONFIGURED: LimitOptions = {
  connections: 4_096,
  connections_per_address: 512,
  connect_timeout: milliseconds(10_000),
  packet_size: bytes(2_097_152),
  topic_size: bytes(65_535),
  topic_levels: 201,
  subscriptions: 10_000,
  publish_rate: 0,
  receive_maximum: 1_024,
  inflight: 128,
  queue_messages: 32_768,
  queue_bytes: bytes(8_388_608),
  queue_total_bytes: bytes(134_217_728),
};

/** As a config has them, on a free loopback port, with no `$SYS`. */
export const optionsOf = (options: Partial<BrokerOptions> = {}): BrokerOptions => ({
  listeners: [{ host: '127.0.0.1', port: 0 }],
  users: [],
  clients: [],
  denied_publish: 'drop',
  denied_reason: 'tell',
  limits: LIMITS_AS_CONFIGURED,
  shared_subscriptions: 'round_robin',
  sys_interval: milliseconds(0),
  ...options,
});

/** A broker on a free loopback port, in this process. */
export async function startBroker({
  options,
  keeper,
  retained,
  sessions,
}: EmbeddedParts = {}): Promise<EmbeddedBroker> {
  const log: { msg: string; level: number }[] = [];
  const broker = new Broker(optionsOf(options), {
    node: 'porch',
    version: '1.2.3',
    keeper: keeper ?? { keep: () => undefined },
    guard: new LoopGuard('porch'),
    retained: retained ?? new RetainedInMemory(),
    ...(sessions && { sessions }),
    log: pino({ level: 'debug' }, { write: (line: string) => void log.push(JSON.parse(line)) }),
  });
  await broker.start();
  const port = broker.addresses()[0]?.port ?? 0;
  const clients: RawClient[] = [];
  return {
    broker,
    port,
    log,
    client: (clientOptions) => {
      const client = new RawClient(port, clientOptions);
      clients.push(client);
      return client;
    },
    stop: async () => {
      for (const client of clients) client.destroy();
      await broker.stop();
    },
  };
}
