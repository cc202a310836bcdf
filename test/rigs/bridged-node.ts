import { LoopGuard, Broker, Bridges, OutboxKeeper, SqliteOutbox, type BridgeOptions } from '#broker';
import { bytes, milliseconds } from '#topics';
import { SHORT } from './bridged-outbox.ts';
import { DatabaseFolder } from './database.ts';
import { optionsOf, RetainedInMemory } from './embedded-broker.ts';
import { UpstreamSubscriber } from './upstream-subscriber.ts';

/** Broker, outbox and bridges of a node, on a loopback port that is known before it starts; and a person who watches it. */
export class BridgedNode {
  readonly id: string;
  readonly port: number;
  readonly database = new DatabaseFolder();
  #parts: { broker: Broker; outbox: SqliteOutbox; keeper: OutboxKeeper; bridges: Bridges } | undefined;
  #watcher: UpstreamSubscriber | undefined;

  constructor(id: string, port: number) {
    this.id = id;
    this.port = port;
  }

  async start(): Promise<void> {
    const { log } = this.database.kept;
    const store = await this.database.open();
    const bounds = { max_bytes: bytes(256 * 1024 * 1024), max_age: milliseconds(7 * 86_400_000) };
    const outbox = new SqliteOutbox(store, bounds, log);
    await outbox.start(new AbortController().signal);
    const keeper = new OutboxKeeper(outbox, log);
    const guard = new LoopGuard(this.id);
    const broker = new Broker(optionsOf({ listeners: [{ host: '127.0.0.1', port: this.port }] }), {
      node: this.id,
      version: '1.2.3',
      keeper,
      guard,
      retained: new RetainedInMemory(),
      log,
    });
    await broker.start();
    const bus = (name: string) => broker.busOf(name);
    const bridges = new Bridges({ node: this.id, outbox, bus, own: broker, guard, log }, SHORT);
    this.#parts = { broker, outbox, keeper, bridges };
    this.#watcher = await UpstreamSubscriber.connect(this.port, 'house/#', 'watcher');
  }

  /** Settles when all of them are connected. */
  async bridge(options: readonly BridgeOptions[]): Promise<void> {
    await this.#started.keeper.apply(options);
    await this.#started.bridges.apply(options);
  }

  get connected(): boolean {
    return this.#started.bridges.status().every(({ state }) => state === 'connected');
  }

  get broker(): Broker {
    return this.#started.broker;
  }

  get watcher(): UpstreamSubscriber {
    if (this.#watcher === undefined) throw new Error('start first');
    return this.#watcher;
  }

  async remove(): Promise<void> {
    await this.#watcher?.close();
    await this.#parts?.bridges.stop();
    await this.#parts?.broker.stop();
    await this.#parts?.outbox.stop();
    await this.database.remove();
  }

  get #started() {
    if (this.#parts === undefined) throw new Error('start first');
    return this.#parts;
  }
}
