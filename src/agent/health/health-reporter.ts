import type { BridgeHealth, BrokerHealth, Health, MachineHealth, OutboxHealth, StoreHealth } from '#topics';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { CommandLatency } from './command-latency.ts';
import type { EventLoop } from './event-loop.ts';
import type { ThrottlingLatch } from './throttling-latch.ts';

/** Milliseconds between two documents: often enough for a graph, too seldom to cost anything. */
const INTERVAL_MS = 30_000;
/** The shortest time between two documents, so that a flapping bridge does not flood anybody. */
const SHORTEST_INTERVAL_MS = 1_000;

/** Whoever has figures. What is not there is undefined. */
export interface HealthSources {
  readonly event_loop: EventLoop;
  readonly command_latency: CommandLatency;
  readonly throttling: Pick<ThrottlingLatch, 'start' | 'stop'>;
  broker(): BrokerHealth;
  store(): Promise<StoreHealth> | StoreHealth;
  outbox(): Promise<OutboxHealth | undefined> | OutboxHealth | undefined;
  bridges(): readonly BridgeHealth[];
  machine(): Promise<MachineHealth>;
}

/** Where a document goes. */
export interface HealthOutlet {
  write(health: Health): Promise<void>;
  /** The node stops; missing: what was written stays. */
  remove?(): Promise<void>;
}

/** Says how the node is: every half a minute, and soon after something changed that somebody waits for. */
export class HealthReporter {
  readonly #sources: HealthSources;
  readonly #outlets: readonly HealthOutlet[];
  readonly #clock: Clock;
  readonly #log: Logger;
  #cancel: (() => void) | undefined;
  #last_ms = Number.NEGATIVE_INFINITY;
  #hurrying = false;
  #reporting: Promise<void> = Promise.resolve();

  constructor(sources: HealthSources, outlets: readonly HealthOutlet[], clock: Clock, log: Logger) {
    this.#sources = sources;
    this.#outlets = outlets;
    this.#clock = clock;
    this.#log = log;
  }

  /** Settles once the first document is on the bus. */
  async start(): Promise<void> {
    this.#sources.event_loop.start();
    await this.#sources.throttling.start();
    this.#reporting = this.#report();
    await this.#reporting;
  }

  async stop(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#sources.event_loop.stop();
    this.#sources.throttling.stop();
    await this.#reporting;
    for (const outlet of this.#outlets) await outlet.remove?.();
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
      store: await this.#sources.store(),
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
      await Promise.all(this.#outlets.map((outlet) => outlet.write(health)));
    } catch (error) {
      this.#log.error({ err: error }, 'no health document this time');
    }
  }

  #schedule(delay_ms: number): void {
    this.#cancel?.();
    this.#cancel = this.#clock.after(delay_ms, () => void (this.#reporting = this.#report()));
  }
}
