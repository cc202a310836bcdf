import {
  type BridgeHealth,
  type BrokerHealth,
  encodeHealth,
  type Health,
  type MachineHealth,
  type OutboxHealth,
  type StoreHealth,
} from '#topics';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { CommandLatency } from './command-latency.ts';
import type { EventLoop } from './event-loop.ts';

/** Milliseconds between two documents: often enough for a graph, too seldom to cost anything. */
const INTERVAL_MS = 30_000;
/** The shortest time between two documents, so that a flapping bridge does not flood anybody. */
const SHORTEST_INTERVAL_MS = 1_000;

/** Whoever has figures. What is not there is undefined. */
export interface HealthSources {
  readonly event_loop: EventLoop;
  readonly command_latency: CommandLatency;
  broker(): BrokerHealth;
  store(): StoreHealth;
  outbox(): Promise<OutboxHealth | undefined> | OutboxHealth | undefined;
  bridges(): readonly BridgeHealth[];
  machine(): Promise<MachineHealth>;
}

/** Says how the node is: every half a minute, and soon after something changed that somebody waits for. */
export class HealthReporter {
  readonly #sources: HealthSources;
  readonly #publish: (payload: Buffer) => Promise<void>;
  readonly #clock: Clock;
  readonly #log: Logger;
  #cancel: (() => void) | undefined;
  #last_ms = Number.NEGATIVE_INFINITY;
  #hurrying = false;

  constructor(sources: HealthSources, publish: (payload: Buffer) => Promise<void>, clock: Clock, log: Logger) {
    this.#sources = sources;
    this.#publish = publish;
    this.#clock = clock;
    this.#log = log;
  }

  /** Settles once the first document is on the bus. */
  async start(): Promise<void> {
    this.#sources.event_loop.start();
    await this.#report();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#sources.event_loop.stop();
  }

  /** A bridge came or went: the next document does not wait for its turn. */
  changed(): void {
    if (this.#hurrying || this.#cancel === undefined) return;
    this.#hurrying = true;
    const soon = Math.max(0, this.#last_ms + SHORTEST_INTERVAL_MS - this.#clock.monotonic());
    this.#schedule(soon);
  }

  /** The document as it is now. */
  async read(): Promise<Health> {
    const { event_loop } = this.#sources;
    const latency = this.#sources.command_latency.figures();
    const outbox = await this.#sources.outbox();
    const { rss, heapUsed } = process.memoryUsage();
    return {
      uptime_s: Math.round(process.uptime()),
      event_loop: event_loop.delay(),
      memory: { rss_bytes: rss, heap_used_bytes: heapUsed, gc_time_ms: event_loop.gc_time_ms },
      ...(latency && { command_latency: latency }),
      broker: this.#sources.broker(),
      store: this.#sources.store(),
      ...(outbox && { outbox }),
      bridges: this.#sources.bridges(),
      machine: await this.#sources.machine(),
    };
  }

  async #report(): Promise<void> {
    this.#hurrying = false;
    this.#last_ms = this.#clock.monotonic();
    this.#schedule(INTERVAL_MS);
    try {
      const health = await this.read();
      this.#sources.event_loop.reset();
      this.#sources.command_latency.reset();
      await this.#publish(encodeHealth(health));
    } catch (error) {
      this.#log.error({ err: error }, 'no health document this time');
    }
  }

  #schedule(delay_ms: number): void {
    this.#cancel?.();
    this.#cancel = this.#clock.after(delay_ms, () => void this.#report());
  }
}
