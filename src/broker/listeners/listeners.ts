import type { ListenerOptions } from '../options.ts';
import type { ClientStream } from './client-stream.ts';
import type { Expiring } from './expiry.ts';
import { type Address, Listener, listenerPlace, type ListenerParts } from './listener.ts';
import type { Accept, Way } from './transport.ts';

/** All ports that clients come in by. */
export class Listeners {
  readonly #parts: ListenerParts;
  #open: readonly Listener[] = [];

  constructor(parts: ListenerParts) {
    this.#parts = { ...parts, accept: (stream, way) => this.#accept(parts.accept, stream, way) };
  }

  /** All of them or none. Rejects with a BROKER_PORT_*, BROKER_HOST_*, BROKER_LISTEN_* or BROKER_CERTIFICATE_* error. */
  async start(wanted: readonly ListenerOptions[], signal?: AbortSignal): Promise<void> {
    this.#open = await this.#openAll(wanted, signal);
  }

  /** No more come in; those who did are not touched. */
  stop(): void {
    for (const listener of this.#open) listener.stop();
    this.#open = [];
  }

  get addresses(): readonly Address[] {
    return this.#open.map(({ address }) => address).filter((address) => address !== undefined);
  }

  /** Those of the TLS listeners. */
  get certificates(): readonly Expiring[] {
    return this.#open.map(({ certificate }) => certificate).filter((certificate) => certificate !== undefined);
  }

  /** False: one of them does not listen. */
  get listening(): boolean {
    return this.#open.every(({ address }) => address !== undefined);
  }

  /** Whether somebody who came in so could do so now. */
  admits(way: Way): boolean {
    return this.#open.some((listener) => listener.admits(way));
  }

  /**
   * Opens and closes ports, renews certificates, puts TLS on ports or takes it off, with no port closed that is to stay open.
   * `others` is what else has to be so before anybody is let in by what is new; it rejects before it changes anything. Rejects
   * as `start` does, or with what `others` rejects with, and all is as it was then.
   */
  async reload(wanted: readonly ListenerOptions[], others: () => Promise<void>): Promise<void> {
    const places = new Set(wanted.map(listenerPlace));
    const stay = new Map(this.#open.filter(({ place }) => places.has(place)).map((one) => [one.place, one]));
    const leave = this.#open.filter(({ place }) => !places.has(place));
    const added = wanted.filter((options) => !stay.has(listenerPlace(options)));
    const changes = await Promise.all(
      wanted.map(async (options) => stay.get(listenerPlace(options))?.prepare(options)),
    );
    // One address and all addresses cannot listen on the same port.
    const inTheWay = leave.filter(({ port }) => port !== 0 && added.some((options) => options.port === port));
    for (const listener of inTheWay) listener.stop();
    let opened: readonly Listener[] = [];
    try {
      opened = await this.#openAll(added);
      await others();
    } catch (error) {
      for (const listener of opened) listener.stop();
      for (const listener of inTheWay) await listener.start();
      throw error;
    }
    for (const change of changes) change?.();
    for (const listener of leave) listener.stop();
    this.#open = [...stay.values(), ...opened];
  }

  /** A handshake takes seconds, and a port opens before all of a reload is so: what was right then may not be now. */
  #accept(accept: Accept, stream: ClientStream, way: Way): void {
    if (this.admits(way)) accept(stream, way);
    else stream.destroy();
  }

  async #openAll(wanted: readonly ListenerOptions[], signal?: AbortSignal): Promise<readonly Listener[]> {
    const opened: Listener[] = [];
    try {
      for (const options of wanted) {
        const listener = new Listener(options, this.#parts);
        await listener.start(signal);
        opened.push(listener);
      }
    } catch (error) {
      for (const listener of opened) listener.stop();
      throw error;
    }
    return opened;
  }
}
