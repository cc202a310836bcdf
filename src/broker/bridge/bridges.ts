import { isDeepStrictEqual } from 'node:util';
import type { BridgeOptions } from '../options.ts';
import { Bridge, type BridgeContext, type BridgeStatus, type BridgeTimes } from './bridge.ts';

/** The bridges of the config, each by its name. */
export class Bridges {
  readonly #context: BridgeContext;
  readonly #times: BridgeTimes | undefined;
  readonly #bridges = new Map<string, Bridge>();
  readonly #listeners = new Set<(status: BridgeStatus) => void>();

  constructor(context: BridgeContext, times?: BridgeTimes) {
    this.#context = context;
    this.#times = times;
  }

  /** Stops what is gone or changed, starts what is new or changed, and leaves the rest alone. */
  async apply(options: readonly BridgeOptions[]): Promise<void> {
    const kept = new Set(options.filter((one) => isDeepStrictEqual(this.#bridges.get(one.name)?.options, one)));
    const names = new Set([...kept].map(({ name }) => name));
    const leaving = [...this.#bridges.values()].filter((bridge) => !names.has(bridge.options.name));
    await Promise.all(leaving.map((bridge) => bridge.stop()));
    for (const bridge of leaving) this.#bridges.delete(bridge.options.name);
    for (const one of options) {
      if (kept.has(one)) continue;
      const bridge = new Bridge(one, this.#context, () => this.#changed(bridge), this.#times);
      this.#bridges.set(one.name, bridge);
      bridge.start();
    }
  }

  stop(): Promise<void> {
    return this.apply([]);
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
