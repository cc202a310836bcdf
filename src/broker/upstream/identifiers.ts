import type { IClientOptions } from 'mqtt';

/** As mqtt.js asks for them. */
type Provider = NonNullable<IClientOptions['messageIdProvider']>;

const MOST = 65_535;

/**
 * The packet identifiers of one link [MQTT-2.2.1-3], for its publishes and for mqtt.js's subscriptions alike. From 1 on, and one
 * that is free again goes first, so that as many as are in use at once bound which ones an upstream may ever have seen.
 */
export class PacketIdentifiers implements Provider {
  /** By identifier. */
  readonly #used: boolean[] = [];
  readonly #free: number[] = [];
  #highest = 0;
  #last: number | null = null;

  /** Null: all are in use. */
  allocate(): number | null {
    const identifier = this.#free.pop() ?? this.#highest + 1;
    if (identifier > MOST) return null;
    this.#highest = Math.max(this.#highest, identifier);
    this.#used[identifier] = true;
    this.#last = identifier;
    return identifier;
  }

  deallocate(identifier: number): void {
    if (this.#used[identifier] !== true) return;
    this.#used[identifier] = false;
    this.#free.push(identifier);
  }

  getLastAllocated(): number | null {
    return this.#last;
  }

  /** For what a store sends again, and ours has nothing. */
  register(): boolean {
    return false;
  }

  /** With the CONNACK, before the first is in use. */
  clear(): void {
    this.#used.length = 0;
    this.#free.length = 0;
    this.#highest = 0;
  }
}
