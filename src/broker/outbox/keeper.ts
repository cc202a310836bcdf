import { FilterTrie, type Message } from '#topics';
import type { Logger } from 'pino';
import type { BridgeOptions } from '../options.ts';
import type { Keeper, Origin } from '../ports.ts';
import type { Outbox } from './outbox.ts';

/** Keeps what the `out` rules of the bridges want, each bridge in its own lane. */
export class OutboxKeeper implements Keeper {
  readonly #outbox: Outbox;
  readonly #log: Logger;
  #rules = new FilterTrie<string>();

  constructor(outbox: Outbox, log: Logger) {
    this.#outbox = outbox;
    this.#log = log;
  }

  /** Opens the lanes of these bridges and frees those of bridges that are gone, saying how much they held. */
  async apply(bridges: readonly Pick<BridgeOptions, 'name' | 'out'>[]): Promise<void> {
    const rules = new FilterTrie<string>();
    const wanted = new Set<string>();
    for (const { name, out } of bridges) {
      if (out.length > 0) wanted.add(name);
      for (const { filter } of out) rules.add(filter, name);
    }
    for (const lane of wanted) await this.#outbox.openLane(lane);
    this.#rules = rules;
    for (const lane of this.#outbox.lanes) {
      if (wanted.has(lane)) continue;
      const messages = await this.#outbox.closeLane(lane);
      this.#log.warn({ bridge: lane, messages }, 'the bridge is gone: what it still owed its upstream was dropped');
    }
  }

  keep(message: Message, origin: Origin): Promise<void> | undefined {
    let lanes = this.#rules.match(message.topic);
    // What came in from an upstream does not go back to it.
    if (origin.kind === 'bridge') lanes = lanes.filter((lane) => lane !== origin.id);
    if (lanes.length === 0) return undefined;
    const kept = this.#outbox.append(message, lanes);
    if (message.qos > 0) return kept;
    // QoS 0 is kept as well, but nobody waits for it; the outbox counts what it could not keep.
    kept.catch(() => {});
    return undefined;
  }
}
