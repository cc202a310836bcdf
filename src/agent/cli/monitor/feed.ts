import { setTimeout as pause } from 'node:timers/promises';
import { type Client, type ClientOptions, connectClient } from '#broker';
import { type Message, PinbusError } from '#topics';

/** Milliseconds between two tries to connect. */
const RETRY_MS = 1_000;

export interface FeedEvents {
  message(message: Message): void;
  /** `connected`, or in words why not. */
  connection(state: string): void;
}

/** A connection for as long as somebody watches: a broker that restarts is found again. */
export class Feed {
  readonly #options: ClientOptions;
  readonly #filters: readonly string[];
  readonly #events: FeedEvents;
  #client: Client | undefined;
  #lost: Promise<PinbusError> | undefined;

  constructor(options: ClientOptions, filters: readonly string[], events: FeedEvents) {
    this.#options = options;
    this.#filters = filters;
    this.#events = events;
  }

  /** Connects, and stays connected until the signal. Rejects when the first try fails, so that a wrong URL is said at once. */
  async start(signal: AbortSignal): Promise<void> {
    await this.#connect(signal);
    void this.#stay(signal);
  }

  /** @throws PinbusError when there is no connection now, or the broker refuses */
  async publish(topic: string, payload: string): Promise<void> {
    await this.#client?.publish({ topic, payload: Buffer.from(payload), qos: 1, retain: false });
  }

  async stop(): Promise<void> {
    await this.#client?.close();
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const client = await connectClient(this.#options, signal);
    this.#lost = new Promise((resolve) => client.onLost(resolve));
    await client.subscribe(this.#filters, (message) => this.#events.message(message));
    this.#client = client;
    this.#events.connection('connected');
  }

  async #stay(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const error = await this.#lost;
      this.#client = undefined;
      this.#events.connection(error?.message ?? 'not connected');
      await this.#reconnect(signal);
    }
  }

  async #reconnect(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await pause(RETRY_MS, undefined, { signal });
        await this.#connect(signal);
        return;
      } catch (error) {
        if (error instanceof PinbusError) this.#events.connection(error.message);
        else if (!signal.aborted) throw error;
      }
    }
  }
}
