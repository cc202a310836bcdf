import { isDeepStrictEqual } from 'node:util';
import type { BridgeOptions } from '../options.ts';
import type { Bridge, BridgeContext } from './bridge.ts';
import type { BridgeStatus } from './status.ts';
import type { BridgeTimes } from './times.ts';

/** The bridges of the config, each by its name. */
export class Bridges {
  readonly #context: BridgeContext;
  readonly #times: BridgeTimes | undefined;
  readonly #bridges = new Map<string, Bridge>();
  readonly #listeners = new Set<(status: BridgeStatus) => void>();
  #applied: Promise<void> = Promise.resolve();

  constructor(context: BridgeContext, times?: BridgeTimes) {
    this.#context = context;
    this.#times = times;
  }

  /** Stops what is gone or changed, starts what is new or changed, and leaves the rest alone. One after the other. */
  apply(options: readonly BridgeOptions[]): Promise<void> {
    const applied = this.#applied.then(() => this.#apply(options));
    this.#applied = applied.catch(() => {});
    return applied;
  }

  /** Gives each a while to send what it owes, then says what is left. */
  async stop(): Promise<void> {
    const bridges = [...this.#bridges.values()];
    await Promise.all(bridges.map((bridge) => bridge.drain()));
    await this.apply([]);
    for (const bridge of bridges) {
      const { name, depth } = bridge.status();
      if (depth > 0)
        this.#context.log.warn(
          { bridge: name, left: depth },
          'stopped with messages that stay on disk until the next start',
        );
    }
  }

  async #apply(options: readonly BridgeOptions[]): Promise<void> {
    this.#context.guard.reads(options);
    const kept = new Set(options.filter((one) => isDeepStrictEqual(this.#bridges.get(one.name)?.options, one)));
    const names = new Set([...kept].map(({ name }) => name));
    const leaving = [...this.#bridges.values()].filter((bridge) => !names.has(bridge.options.name));
    await Promise.all(leaving.map((bridge) => bridge.stop()));
    for (const bridge of leaving) this.#bridges.delete(bridge.options.name);
    const starting = options.filter((one) => !kept.has(one));
    if (starting.length === 0) return;
    // What bridges are made of takes long to load, and most nodes have none.
    const { Bridge } = await import('./bridge.ts');
    for (const one of starting) {
      const bridge = new Bridge(one, this.#context, () => this.#changed(bridge), this.#times);
      this.#bridges.set(one.name, bridge);
      bridge.start();
    }
  }

  status(): readonly BridgeStatus[] {
    return [...this.#bridges.values()].map((bridge) => bridge.status());
  }

  /** Calls back when a bridge's state, its breaker or its last error changes. Returns what ends that. */
  onChange(listener: (status: BridgeStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(bridge: Bridge): void {
    const status = bridge.status();
    for (const listener of this.#listeners) listener(status);
  }
}
