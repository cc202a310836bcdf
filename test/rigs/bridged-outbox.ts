import type { Message } from '../../src/topics/index.ts';
import { bytes, milliseconds } from '../../src/topics/index.ts';
import { Bridges } from '../../src/broker/bridge/bridges.ts';
import { LoopGuard } from '../../src/broker/bridge/loop-guard.ts';
import type { BridgeTimes } from '../../src/broker/bridge/times.ts';
import type { BridgeOptions } from '../../src/broker/options.ts';
import { DeadLetters } from '../../src/broker/outbox/dead-letters.ts';
import { OutboxKeeper } from '../../src/broker/outbox/keeper.ts';
import { SqliteOutbox } from '../../src/broker/outbox/sqlite-outbox.ts';
import type { Bus } from '../../src/broker/ports.ts';
import { DatabaseFolder } from './database.ts';

/** Pauses short enough for a test. */
export const SHORT: BridgeTimes = {
  base: milliseconds(20),
  cap: milliseconds(100),
  denied_base: milliseconds(50),
  denied_cap: milliseconds(100),
  reset: milliseconds(200),
  stable: milliseconds(1_000),
  drain: milliseconds(100),
};

export const bridge = (port: number, more: Partial<BridgeOptions> = {}): BridgeOptions => ({
  name: 'cloud',
  url: `mqtt://127.0.0.1:${port}`,
  failover: [],
  version: 'auto',
  keepalive: milliseconds(60_000),
  window: 200,
  session_expiry: milliseconds(3_600_000),
  replay: { rate: 100_000, burst: 100_000, to: 'properties' },
  out: [{ filter: 'pinbus/v1/porch/#', qos: 1, retain: true }],
  in: [],
  ...more,
});

interface Parts {
  readonly outbox: SqliteOutbox;
  readonly deadLetters: DeadLetters;
  readonly keeper: OutboxKeeper;
  readonly bridges: Bridges;
}

/** Outbox and bridges over a real database, without a broker: what they publish locally is in `taken`. */
export class BridgedOutbox {
  readonly database = new DatabaseFolder();
  readonly taken: Message[] = [];
  #parts: Parts | undefined;

  async start(options: readonly BridgeOptions[], times: BridgeTimes = SHORT): Promise<void> {
    const store = await this.database.open();
    const bounds = { max_bytes: bytes(256 * 1024 * 1024), max_age: milliseconds(7 * 86_400_000) };
    const outbox = new SqliteOutbox(store, bounds, this.database.kept.log);
    await outbox.start(new AbortController().signal);
    const keeper = new OutboxKeeper(outbox, this.database.kept.log);
    const bus: Bus = {
      publish: async (message) => void this.taken.push(message),
      subscribe: () => () => {},
    };
    const status = (payload: string): Message => ({
      topic: 'pinbus/v1/porch/status',
      payload: Buffer.from(payload),
      qos: 1,
      retain: true,
    });
    const presence = { birth: status('online'), will: status('offline') };
    const { log } = this.database.kept;
    const guard = new LoopGuard('porch');
    const bridges = new Bridges({ node: 'porch', outbox, bus: () => bus, own: bus, guard, log, presence }, times);
    this.#parts = { outbox, deadLetters: new DeadLetters(store, outbox), keeper, bridges };
    await this.apply(options);
  }

  get outbox(): SqliteOutbox {
    return this.#started().outbox;
  }

  get deadLetters(): DeadLetters {
    return this.#started().deadLetters;
  }

  get bridges(): Bridges {
    return this.#started().bridges;
  }

  async apply(options: readonly BridgeOptions[]): Promise<void> {
    const { keeper, bridges } = this.#started();
    await keeper.apply(options);
    await bridges.apply(options);
  }

  /** As a local client does: settles when it would have its PUBACK. */
  async publish(topic: string, payload: string, more: Partial<Message> = {}): Promise<void> {
    const message: Message = { topic, payload: Buffer.from(payload), qos: 1, retain: false, ...more };
    await this.#started().keeper.keep(message, { kind: 'client', id: 'lamp' });
  }

  async remove(): Promise<void> {
    await this.#parts?.bridges.stop();
    await this.#parts?.outbox.stop();
    await this.database.remove();
  }

  #started(): Parts {
    if (this.#parts === undefined) throw new Error('start first');
    return this.#parts;
  }
}
